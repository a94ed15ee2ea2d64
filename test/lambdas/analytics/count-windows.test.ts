import fc from 'fast-check';
import { countWindows } from '../../../lambdas/analytics/count-windows';
import { sumFigures } from '../../../lambdas/analytics/figures';
import { markOf, packMarks, unpackMarks } from '../../../lambdas/analytics/marks';
import { runs } from '../../runs';
import { aBudget } from '../audit/records';
import { aCounted } from './counted';
import { MemoryAnalyticsStore } from './memory-analytics-store';

/** How often each event was counted, by its id. */
function countsOf(store: MemoryAnalyticsStore): Map<number, number> {
  const all = [...store.rows.values()].map((row) => JSON.parse(row).figures);
  return new Map(sumFigures(all).items.map(([item, { orders }]) => [Number(item.slice('item-'.length)), orders]));
}

const once = (ids: Iterable<number>) => new Map([...new Set(ids)].sort((a, b) => a - b).map((id) => [id, 1]));
const sorted = (counts: Map<number, number>) => new Map([...counts].sort(([a], [b]) => a - b));

const limits = { distance: 1_000, chunk: 3 };

describe('countWindows', () => {
  it('needs one write for the events of a partition, and one for each window', async () => {
    const store = new MemoryAnalyticsStore();
    const effect = countWindows({ store, distance: 10_000, chunk: 128 });
    const events = Array.from({ length: 100 }, (_, offset) => aCounted(offset, offset));
    await effect.absorb(events, aBudget());
    expect(store.writes).toBe(1 + 4);
    await effect.absorb(events, aBudget());
    expect(store.writes).toBe(1 + 4);
  });

  it('counts the records that failed although later ones of their partition were counted before', async () => {
    const store = new MemoryAnalyticsStore();
    const effect = countWindows({ store, ...limits });
    await effect.absorb([aCounted(5, 5), aCounted(6, 6)], aBudget());
    await effect.absorb([aCounted(1, 1), aCounted(2, 2), aCounted(5, 5)], aBudget());
    expect(sorted(countsOf(store))).toEqual(once([1, 2, 5, 6]));
  });

  it('counts an event once that stands twice in a batch, under two offsets', async () => {
    const store = new MemoryAnalyticsStore();
    await countWindows({ store, ...limits }).absorb([aCounted(1, 7), aCounted(2, 7)], aBudget());
    expect(countsOf(store)).toEqual(once([7]));
  });

  it.each([
    ['at once', [[60, 61, 62, 63, 64, 65]]],
    [
      'one after the other',
      [
        [60, 61, 62],
        [63, 64, 65],
      ],
    ],
  ])('still knows the highest offset when marks that came out of order are let go %s', async (_, later) => {
    const store = new MemoryAnalyticsStore();
    const effect = countWindows({ store, distance: 6, chunk: 3 });
    for (const offsets of [[50, 51, 52], [1, 2, 3], ...later, [50, 51, 52]]) {
      await effect.absorb(
        offsets.map((offset) => aCounted(offset, offset)),
        aBudget(),
      );
    }
    expect(sorted(countsOf(store))).toEqual(once([1, 2, 3, 50, 51, 52, ...later.flat()]));
  });

  it('goes on after a write of which it never heard that it was done', async () => {
    const store = new MemoryAnalyticsStore();
    const save = store.saveSource.bind(store);
    let lost = false;
    store.saveSource = async (source, next) => {
      const answer = await save(source, next);
      if (lost) return answer;
      lost = true;
      throw new Error('the answer was lost');
    };
    const effect = countWindows({ store, ...limits });
    lost = true;
    await effect.absorb([aCounted(0, 0)], aBudget());
    lost = false;
    expect(await effect.absorb([aCounted(1, 1), aCounted(2, 2)], aBudget())).toEqual([undefined, undefined]);
    expect(sorted(countsOf(store))).toEqual(once([0, 1, 2]));
  });

  it('writes no more at once than an item takes, and after a failed write reports all that follows', async () => {
    const store = new MemoryAnalyticsStore();
    const save = store.saveSource.bind(store);
    store.saveSource = async (source, next) => {
      if (next.version > 1) throw new Error('away');
      return save(source, next);
    };
    const many = Array.from({ length: 4_500 }, (_, offset) => aCounted(offset, offset % 5));
    const results = await countWindows({ store, distance: 10_000, chunk: 128 }).absorb(many, aBudget());
    expect(results.filter((result) => result === undefined)).toHaveLength(2_000);
    expect(results.slice(2_000).every((result) => result?.message === 'away')).toBe(true);
  });

  it('reports a partition whose write failed, and counts the others', async () => {
    const store = new MemoryAnalyticsStore();
    const save = store.saveSource.bind(store);
    store.saveSource = async (source, next) => {
      if (source === 'order-events-1') throw new Error('away');
      return save(source, next);
    };
    const effect = countWindows({ store, ...limits });
    const events = [aCounted(0, 0), aCounted(0, 1, 'order-events-1'), aCounted(1, 2)];
    const results = await effect.absorb(events, aBudget());
    expect(results.map((result) => result?.message)).toEqual([undefined, 'away', undefined]);
    expect(sorted(countsOf(store))).toEqual(once([0, 2]));
  });

  it('reports records that are counted but do not show in their windows yet, and finishes when they come again', async () => {
    const store = new MemoryAnalyticsStore();
    const save = store.saveWindow.bind(store);
    store.saveWindow = async () => {
      throw new Error('away');
    };
    const effect = countWindows({ store, ...limits });
    expect(await effect.absorb([aCounted(0, 0)], aBudget())).toEqual([new Error('away')]);
    store.saveWindow = save;
    expect(await effect.absorb([aCounted(0, 0)], aBudget())).toEqual([undefined]);
    expect(countsOf(store)).toEqual(once([0]));
  });

  it('absorbs a whole replay of the topic, however old, in an environment that has just started', async () => {
    const store = new MemoryAnalyticsStore();
    const all = Array.from({ length: 200 }, (_, offset) => aCounted(offset, offset));
    for (let at = 0; at < all.length; at += 7) {
      await countWindows({ store, distance: 10, chunk: 3 }).absorb(all.slice(at, at + 7), aBudget());
    }
    await countWindows({ store, distance: 10, chunk: 3 }).absorb(all, aBudget());
    expect(sorted(countsOf(store))).toEqual(once(all.keys()));
    const state = await store.loadSource('order-events-0');
    expect(state?.chunks.reduce((sum, { count }) => sum + count, state.tail.length)).toBeLessThan(10 + 2 * 7);
  });

  it('takes the offsets of marks that have expired for absorbed', async () => {
    const store = new MemoryAnalyticsStore();
    const events = Array.from({ length: 9 }, (_, offset) => aCounted(offset, offset));
    await countWindows({ store, ...limits }).absorb(events, aBudget());
    await countWindows({ store, ...limits }).absorb([aCounted(9, 9)], aBudget());
    store.chunks.clear();
    await countWindows({ store, ...limits }).absorb([...events, aCounted(10, 10)], aBudget());
    expect(sorted(countsOf(store))).toEqual(once(Array.from({ length: 11 }, (_, id) => id)));
  });

  it('counts each event once, for any cuts, redeliveries and events published again within the distance', async () => {
    const distance = 12;
    // Each entry is a record: a new event, or one of the last few again.
    const log = fc.array(fc.option(fc.integer({ min: 1, max: distance }), { freq: 3 }), { maxLength: 60 });
    const deliveries = fc.array(
      fc.record({ back: fc.nat(80), length: fc.integer({ min: 1, max: 9 }), fresh: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(log, deliveries, fc.integer({ min: 1, max: 5 }), async (entries, plan, chunk) => {
        const ids: number[] = [];
        for (const [offset, back] of entries.entries())
          ids.push(back === null ? offset : (ids[offset - back] ?? offset));
        const store = new MemoryAnalyticsStore();
        let effect = countWindows({ store, distance, chunk });
        let next = 0;
        const deliver = async (from: number, to: number) => {
          const offsets = Array.from({ length: to - from }, (_, index) => from + index);
          // As the consumer does, repeats of an event within one batch are taken out.
          const seen = new Set<number>();
          const first = offsets.filter((offset) => !seen.has(ids[offset] as number) && seen.add(ids[offset] as number));
          await effect.absorb(
            first.map((offset) => aCounted(offset, ids[offset] as number)),
            aBudget(),
          );
          next = Math.max(next, to);
        };
        for (const { back, length, fresh } of plan) {
          if (fresh) effect = countWindows({ store, distance, chunk });
          const from = Math.max(0, next - back);
          await deliver(from, Math.min(ids.length, from + length));
        }
        for (let from = next; from < ids.length; from += 4) await deliver(from, Math.min(ids.length, from + 4));
        expect(sorted(countsOf(store))).toEqual(once(ids));
      }),
      { numRuns: runs(500) },
    );
  });

  it('counts each event once, with environments that overlap and calls that fail before or after their work', async () => {
    const batch = fc.record({
      environment: fc.nat(1),
      offsets: fc.uniqueArray(fc.nat(15), { minLength: 1, maxLength: 5 }),
      source: fc.nat(1),
    });
    const rounds = fc.array(fc.array(batch, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(rounds, fc.scheduler(), fc.infiniteStream(fc.nat(12)), async (plan, scheduler, faults) => {
        const store = new MemoryAnalyticsStore();
        const flaky = Object.create(store) as MemoryAnalyticsStore;
        const names = ['loadSource', 'loadChunks', 'saveSource', 'saveChunk', 'loadWindows', 'saveWindow'] as const;
        for (const name of names) {
          const call = scheduler.scheduleFunction(
            (store[name] as (...args: unknown[]) => Promise<unknown>).bind(store),
          );
          Object.assign(flaky, {
            [name]: async (...args: unknown[]) => {
              const fault = faults.next().value;
              if (fault === 0) throw new Error('before');
              const answer = await call(...args);
              if (fault === 1) throw new Error('after');
              return answer;
            },
          });
        }
        const environments = [0, 1].map(() => countWindows({ store: flaky, ...limits }));
        const sources = ['order-events-0', 'order-events-1'];
        const expected = new Set<number>();
        const perform = async ({ environment, offsets, source }: (typeof plan)[number][number]) => {
          const name = sources[source] as string;
          const events = [...offsets]
            .sort((a, b) => a - b)
            .map((offset) => aCounted(offset, source * 100 + offset, name));
          const results = await environments[environment]?.absorb(events, aBudget(4));
          results?.forEach((error, index) => {
            if (!error) expected.add(source * 100 + (events[index]?.event.mark.offset as number));
          });
          return results;
        };
        const open: (typeof plan)[number] = [];
        for (const round of plan) {
          const done = round.map(async (one) => {
            if ((await perform(one))?.some(Boolean)) open.push(one);
          });
          await scheduler.waitFor(Promise.all(done));
          const counts = countsOf(store);
          expect([...expected].filter((id) => counts.get(id) !== 1)).toEqual([]);
          expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
        }
        const last = countWindows({ store, ...limits });
        for (const { offsets, source } of open) {
          await last.absorb(
            offsets.map((offset) => aCounted(offset, source * 100 + offset, sources[source])),
            aBudget(),
          );
        }
        const all = plan.flat().flatMap(({ offsets, source }) => offsets.map((offset) => source * 100 + offset));
        expect(sorted(countsOf(store))).toEqual(once(all));
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('packMarks', () => {
  it('keeps offsets and ids in 16 bytes each', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 2 ** 47 }), fc.string())), (pairs) => {
        const marks = pairs.map(([offset, id]) => markOf(offset, id));
        const packed = packMarks(marks);
        expect(packed.length).toBe(16 * marks.length);
        expect(unpackMarks(packed)).toEqual(marks);
      }),
    );
  });
});
