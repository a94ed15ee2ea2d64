import fc from 'fast-check';
import { countWindows } from '../../../lambdas/analytics/count-windows';
import { sumFigures } from '../../../lambdas/analytics/figures';
import { packIds, shortId, unpackIds } from '../../../lambdas/analytics/short-id';
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

const limits = { idsInRow: 3 };

describe('countWindows', () => {
  it('needs one write for the events of a partition, and one for each window', async () => {
    const store = new MemoryAnalyticsStore();
    const effect = countWindows({ store });
    const events = Array.from({ length: 100 }, (_, offset) => aCounted(offset));
    await effect.absorb(events, aBudget());
    expect(store.writes).toBe(1 + 4);
    await effect.absorb(events, aBudget());
    expect(store.writes).toBe(1 + 4);
  });

  it('counts the records that failed although later ones of their partition were counted before', async () => {
    const store = new MemoryAnalyticsStore();
    const effect = countWindows({ store, ...limits });
    await effect.absorb([aCounted(5), aCounted(6)], aBudget());
    await effect.absorb([aCounted(1), aCounted(2), aCounted(5)], aBudget());
    expect(sorted(countsOf(store))).toEqual(once([1, 2, 5, 6]));
  });

  it('counts an event once that stands twice in a batch', async () => {
    const store = new MemoryAnalyticsStore();
    await countWindows({ store, ...limits }).absorb([aCounted(7), aCounted(7)], aBudget());
    expect(countsOf(store)).toEqual(once([7]));
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
    await effect.absorb([aCounted(0)], aBudget());
    lost = false;
    expect(await effect.absorb([aCounted(1), aCounted(2)], aBudget())).toEqual([undefined, undefined]);
    expect(sorted(countsOf(store))).toEqual(once([0, 1, 2]));
  });

  it('writes no more at once than an item takes, and after a failed write reports all that follows', async () => {
    const store = new MemoryAnalyticsStore();
    const save = store.saveSource.bind(store);
    store.saveSource = async (source, next) => {
      if (next.version > 1) throw new Error('away');
      return save(source, next);
    };
    const many = Array.from({ length: 4_500 }, (_, offset) => aCounted(offset));
    const results = await countWindows({ store }).absorb(many, aBudget());
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
    const events = [aCounted(0), aCounted(1, 'order-events-1'), aCounted(2)];
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
    expect(await effect.absorb([aCounted(0)], aBudget())).toEqual([new Error('away')]);
    store.saveWindow = save;
    expect(await effect.absorb([aCounted(0)], aBudget())).toEqual([undefined]);
    expect(countsOf(store)).toEqual(once([0]));
  });

  it('counts nothing again of a replay of any length, and writes nothing for it', async () => {
    const store = new MemoryAnalyticsStore();
    const all = Array.from({ length: 14_000 }, (_, id) => aCounted(id));
    for (let at = 0; at < all.length; at += 1_500)
      await countWindows({ store }).absorb(all.slice(at, at + 1_500), aBudget());
    const counted = new Map(store.rows);
    const { writes } = store;
    for (const start of [0, 1_000, 13_999]) await countWindows({ store }).absorb(all.slice(start), aBudget());
    expect(store.writes).toBe(writes);
    expect(store.rows).toEqual(counted);
    const figures = [...store.rows.values()].map((row) => JSON.parse(row).figures);
    expect(sumFigures(figures)).toMatchObject({ approved: 14_000, charged_amount: '1400' });
  });

  it('writes no more for an event of a full window than for one of an empty window', async () => {
    const store = new MemoryAnalyticsStore();
    const effect = countWindows({ store });
    const sizes: number[] = [];
    const save = store.saveWindow.bind(store);
    store.saveWindow = async (source, window, row, before) => {
      sizes.push(row.ids.length);
      return save(source, window, row, before);
    };
    for (let at = 0; at < 4_000; at += 40) {
      await effect.absorb(
        Array.from({ length: 40 }, (_, index) => aCounted(at + index)),
        aBudget(),
      );
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64);
    // Of each window at most one write in six needs a row more.
    expect(store.ids.size).toBeLessThanOrEqual(400 / 6);
  });

  it('reads the ids of a window once, as long as it remembers them', async () => {
    const store = new MemoryAnalyticsStore();
    const effect = countWindows({ store, idsInRow: 3, remembered: 60 });
    for (let id = 0; id < 40; id++) await effect.absorb([aCounted(4 * id)], aBudget());
    const { reads } = store;
    await effect.absorb([aCounted(0), aCounted(4)], aBudget());
    expect(store.reads).toBe(reads);
    // Three windows more are too many: the first is forgotten, read again, and counts nothing.
    await effect.absorb([aCounted(1), aCounted(2), aCounted(3)], aBudget());
    await effect.absorb([aCounted(0), aCounted(4)], aBudget());
    expect(store.reads).toBeGreaterThan(reads + 3);
    expect(countsOf(store).size).toBe(43);
  });

  it('counts each event once, for any cuts and redeliveries, and for any stretch that is published again', async () => {
    // What the topic holds: new events, and stretches of what stood there before, once more, of any length.
    const replay = fc.record({ from: fc.nat(100), length: fc.integer({ min: 1, max: 100 }) });
    const log = fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), replay), { maxLength: 8 });
    const deliveries = fc.array(
      fc.record({ back: fc.nat(300), length: fc.integer({ min: 1, max: 40 }), fresh: fc.boolean() }),
    );
    const options = fc.record({
      idsInRow: fc.integer({ min: 0, max: 6 }),
      remembered: fc.integer({ min: 0, max: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(log, deliveries, options, async (stretches, plan, sizes) => {
        let ids: number[] = [];
        let fresh = 0;
        for (const stretch of stretches) {
          const more =
            typeof stretch === 'number'
              ? Array.from({ length: stretch }, () => fresh++)
              : ids.slice(stretch.from, stretch.from + stretch.length);
          ids = [...ids, ...more];
        }
        const store = new MemoryAnalyticsStore();
        let effect = countWindows({ store, ...sizes });
        let next = 0;
        const deliver = async (from: number, to: number) => {
          await effect.absorb(
            ids.slice(from, to).map((id) => aCounted(id)),
            aBudget(),
          );
          next = Math.max(next, to);
        };
        for (const { back, length, fresh: anew } of plan) {
          if (anew) effect = countWindows({ store, ...sizes });
          const from = Math.max(0, next - back);
          await deliver(from, Math.min(ids.length, from + length));
        }
        for (let from = next; from < ids.length; from += 7) await deliver(from, Math.min(ids.length, from + 7));
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
        const names = ['loadSource', 'saveSource', 'loadWindows', 'saveWindow', 'loadIds', 'saveIds'] as const;
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
          const events = [...offsets].sort((a, b) => a - b).map((offset) => aCounted(source * 100 + offset, name));
          const results = await environments[environment]?.absorb(events, aBudget(4));
          results?.forEach((error, index) => {
            if (!error) expected.add(Number(events[index]?.id));
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
            offsets.map((offset) => aCounted(source * 100 + offset, sources[source])),
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

describe('packIds', () => {
  it('keeps ids in 8 bytes each', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (names) => {
        const ids = names.map(shortId);
        const packed = packIds(ids);
        expect(packed.length).toBe(8 * ids.length);
        expect(unpackIds(packed)).toEqual(ids);
      }),
    );
  });
});
