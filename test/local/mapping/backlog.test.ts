import fc from 'fast-check';
import { Backlog, type Work } from '../../../local/mapping/backlog';
import type { PolledRecord } from '../../../local/mapping/record';
import { identityOf, type Verdict } from '../../../local/mapping/response';
import { planRetry } from '../../../local/mapping/retry-plan';
import { runs } from '../../runs';
import { aPolledRecord, records } from './builders';

const aBacklog = ({ batchSize = 10, batchingWindowMs = 0 } = {}) =>
  new Backlog({ limits: { batchSize, maxBytes: 1e6, overhead: () => 0 }, batchingWindowMs });
const offsetsOf = (work: Work | undefined) => work?.records.map(({ offset }) => offset);

test('without a window a batch starts with what there is', () => {
  const backlog = aBacklog();
  backlog.append(0, records(0, 4, 5), 6);
  expect(offsetsOf(backlog.next(1_000).work)).toEqual([4, 5]);
});

test('with a window a batch waits for it, or until it is full', () => {
  const backlog = aBacklog({ batchSize: 3, batchingWindowMs: 500 });
  backlog.append(0, [aPolledRecord({ offset: 0, arrivedAt: 1_000 })], 1);
  expect(backlog.next(1_100)).toEqual({ wakeAt: 1_500 });
  backlog.append(0, [aPolledRecord({ offset: 1, arrivedAt: 1_200 })], 2);
  expect(backlog.next(1_300)).toEqual({ wakeAt: 1_500 });
  backlog.append(1, [aPolledRecord({ partition: 1, offset: 7, arrivedAt: 1_300 })], 8);
  expect(backlog.next(1_300).work?.records).toHaveLength(3);
});

test('the window passes and the batch goes', () => {
  const backlog = aBacklog({ batchSize: 3, batchingWindowMs: 500 });
  backlog.append(0, [aPolledRecord({ offset: 0, arrivedAt: 1_000 })], 1);
  expect(offsetsOf(backlog.next(1_500).work)).toEqual([0]);
});

test('what lies behind a running batch in its partition waits for it, other partitions do not', () => {
  const backlog = aBacklog({ batchSize: 2 });
  backlog.append(0, records(0, 0, 1, 2), 3);
  const first = backlog.next(0).work as Work;
  backlog.append(1, records(1, 0), 1);
  expect([...(backlog.next(0).work as Work).partitions]).toEqual([1]);
  expect(backlog.next(0)).toEqual({});
  backlog.settle(first, [], 0);
  expect(offsetsOf(backlog.next(0).work)).toEqual([2]);
});

test('a retry rests until its time, and holds up its own partitions only', () => {
  const backlog = aBacklog({ batchSize: 2 });
  backlog.append(0, records(0, 0, 1, 2), 3);
  const work = backlog.next(0).work as Work;
  backlog.settle(work, [{ records: records(0, 1), retries: 1 }], 800);
  expect(backlog.next(100)).toEqual({ wakeAt: 800 });
  expect([...backlog.blocked()]).toEqual([0]);
  backlog.append(1, records(1, 9), 10);
  expect([...(backlog.next(100).work as Work).partitions]).toEqual([1]);
  expect(backlog.next(800).work).toMatchObject({ retries: 1, failures: 1 });
});

test('the second half of a split waits for the first where they share a partition', () => {
  const backlog = aBacklog();
  backlog.append(0, records(0, 0, 1), 2);
  const work = backlog.next(0).work as Work;
  backlog.settle(
    work,
    [
      { records: records(0, 0), retries: 0 },
      { records: records(0, 1), retries: 0 },
    ],
    0,
  );
  const first = backlog.next(0).work as Work;
  expect(offsetsOf(first)).toEqual([0]);
  expect(backlog.next(0)).toEqual({});
  backlog.settle(first, [], 0);
  expect(offsetsOf(backlog.next(0).work)).toEqual([1]);
});

test('the commit is the offset of the first record that is not settled', () => {
  const backlog = aBacklog();
  backlog.append(0, records(0, 3, 4, 5), 9);
  expect(backlog.commits()).toEqual(new Map());
  const work = backlog.next(0).work as Work;
  expect(backlog.commits()).toEqual(new Map());
  backlog.settle(work, [{ records: records(0, 4), retries: 1 }], 0);
  expect(backlog.commits()).toEqual(new Map([[0, 4]]));
  backlog.settle(backlog.next(0).work as Work, [], 0);
  expect(backlog.commits()).toEqual(new Map([[0, 9]]));
  backlog.committed(new Map([[0, 9]]));
  expect(backlog.commits()).toEqual(new Map());
});

test('records the mapping never sees (filtered, control) are committed with their neighbours', () => {
  const backlog = aBacklog();
  backlog.append(0, [], 12);
  expect(backlog.commits()).toEqual(new Map([[0, 12]]));
});

test('work of an assignment that is over changes nothing', () => {
  const backlog = aBacklog();
  backlog.append(0, records(0, 3), 4);
  const work = backlog.next(0).work as Work;
  backlog.reset();
  backlog.append(0, records(0, 3), 4);
  expect(backlog.settle(work, [], 0)).toBe(false);
  expect(backlog.commits()).toEqual(new Map());
  expect(offsetsOf(backlog.next(0).work)).toEqual([3]);
});

test('there is room until enough waits, and what waits behind a retry does not count', () => {
  const backlog = aBacklog({ batchSize: 1 });
  backlog.append(0, records(0, 0, 1, 2), 3);
  expect(backlog.hasRoom({ records: 3, bytes: 1e6 })).toBe(false);
  expect(backlog.hasRoom({ records: 4, bytes: 1e6 })).toBe(true);
  expect(backlog.hasRoom({ records: 4, bytes: 10 })).toBe(false);
  const work = backlog.next(0).work as Work;
  backlog.settle(work, [work], 1e9);
  expect(backlog.hasRoom({ records: 2, bytes: 1e6 })).toBe(true);
});

type Step =
  | { readonly kind: 'append'; readonly partition: number; readonly count: number; readonly gap: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'settle'; readonly pick: number; readonly how: 'success' | 'partial' | 'error' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    partition: fc.nat({ max: 3 }),
    count: fc.nat({ max: 6 }),
    gap: fc.nat({ max: 2 }),
  }),
  fc.record({ kind: fc.constant('start' as const) }),
  fc.record({
    kind: fc.constant('settle' as const),
    pick: fc.nat(),
    how: fc.constantFrom('success' as const, 'partial' as const, 'error' as const),
  }),
);

/** Drives a backlog through steps and checks, at each, what must hold whatever the order of things. */
class Simulation {
  readonly running: Work[] = [];
  readonly unsettled = new Map<number, Set<number>>();
  readonly ends = new Map<number, number>();
  now = 0;
  constructor(
    readonly backlog: Backlog,
    readonly bisect: boolean,
  ) {}

  run(step: Step): void {
    this.now += 1;
    if (step.kind === 'append') this.#append(step);
    else if (step.kind === 'start') this.#start();
    else if (this.running.length > 0) this.#settle(this.running[step.pick % this.running.length] as Work, step.how);
    for (const [partition, offset] of this.backlog.commits()) {
      const open = [...(this.unsettled.get(partition) ?? [])];
      expect(offset).toBeLessThanOrEqual(Math.min(...open, this.ends.get(partition) ?? 0));
    }
  }

  #append({ partition, count, gap }: Extract<Step, { kind: 'append' }>): void {
    const from = (this.ends.get(partition) ?? 0) + gap;
    const offsets = Array.from({ length: count }, (_, index) => from + index);
    this.backlog.append(partition, records(partition, ...offsets), from + count);
    this.ends.set(partition, from + count);
    const known = this.unsettled.get(partition) ?? new Set();
    for (const offset of offsets) known.add(offset);
    this.unsettled.set(partition, known);
  }

  #start(): void {
    const { work } = this.backlog.next(this.now);
    if (!work) return;
    for (const other of this.running)
      expect([...work.partitions].filter((partition) => other.partitions.has(partition))).toEqual([]);
    for (const partition of work.partitions) {
      const offsets = work.records.filter((record) => record.partition === partition).map(({ offset }) => offset);
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      // Nothing older of the partition is left behind, and nothing settled comes again.
      expect(Math.min(...(this.unsettled.get(partition) ?? []))).toBe(offsets[0]);
      for (const offset of offsets) expect(this.unsettled.get(partition)).toContain(offset);
    }
    this.running.push(work);
  }

  #settle(work: Work, how: 'success' | 'partial' | 'error'): void {
    const failed = work.records.filter((_, index) => index % 2 === 0).map((record) => identityOf('t', record));
    const verdict: Verdict =
      how === 'success'
        ? { kind: 'success' }
        : how === 'partial'
          ? { kind: 'partial', failed: new Set(failed) }
          : { kind: 'invalid', reason: '' };
    const policy = { maximumRetryAttempts: -1, maximumRecordAgeMs: -1, bisect: this.bisect };
    const { retry } = planRetry(work, verdict, policy, 't');
    const again = new Set<PolledRecord>(retry.flatMap((attempt) => attempt.records));
    for (const record of work.records)
      if (!again.has(record)) this.unsettled.get(record.partition)?.delete(record.offset);
    this.running.splice(this.running.indexOf(work), 1);
    this.backlog.settle(work, retry, this.now);
  }

  drain(): void {
    for (let idle = 0; idle < 2; idle++) {
      while (this.running.length > 0) {
        this.run({ kind: 'settle', pick: 0, how: 'success' });
        idle = 0;
      }
      this.run({ kind: 'start' });
    }
  }
}

test('in any interleaving partitions are read in order by one batch at a time, and no commit passes an unsettled record', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 8 }),
      (steps, bisect, size) => {
        const simulation = new Simulation(aBacklog({ batchSize: size }), bisect);
        for (const one of steps) simulation.run(one);
        simulation.drain();
        expect([...simulation.unsettled.values()].flatMap((open) => [...open])).toEqual([]);
        simulation.backlog.committed(simulation.backlog.commits());
        expect(simulation.backlog.size).toBe(0);
        expect(simulation.backlog.commits().size).toBe(0);
      },
    ),
    { numRuns: runs(300) },
  );
});
