import fc from 'fast-check';
import { planBatch } from '../../../local/mapping/batch';

const waiting = (sizes: readonly number[]) => ({ length: sizes.length, sizeAt: (index: number) => sizes[index] ?? 0 });
const overhead = (partitions: number) => 10 + partitions * 5;
const plan = (queues: number[][], batchSize: number, maxBytes: number) =>
  planBatch(queues.map(waiting), { batchSize, maxBytes, overhead });

test('a batch mixes partitions up to its size', () => {
  expect(plan([[1, 1], [1, 1, 1], [1]], 4, 1000)).toEqual({ take: [2, 2, 0], full: true });
});

test('a batch below its size is not full', () => {
  expect(plan([[1, 1], [1]], 4, 1000)).toEqual({ take: [2, 1], full: false });
});

test('a batch stops before the payload limit', () => {
  expect(plan([[30, 30, 30]], 10, 80)).toEqual({ take: [2], full: true });
});

test('a record larger than any payload travels alone', () => {
  expect(plan([[500, 1]], 10, 80)).toEqual({ take: [1], full: true });
  expect(plan([[1, 500, 1]], 10, 80)).toEqual({ take: [1], full: true });
});

const queues = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 }), { maxLength: 5 });

test('no batch exceeds a limit unless it is one record, and one that is not full leaves nothing behind', () => {
  fc.assert(
    fc.property(queues, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 40, max: 200 }), (sizes, size, bytes) => {
      const { take, full } = plan(sizes, size, bytes);
      const taken = sizes.map((queue, index) => queue.slice(0, take[index]));
      const count = taken.flat().length;
      const payload = taken.flat().reduce((sum, one) => sum + one + 1, overhead(taken.filter((t) => t.length).length));
      expect(count).toBeLessThanOrEqual(size);
      if (count > 1) expect(payload).toBeLessThanOrEqual(bytes);
      if (!full) expect(taken).toEqual(sizes);
      if (sizes.flat().length > 0) expect(count).toBeGreaterThan(0);
    }),
  );
});
