import { TailError, tailStart } from '../../../local/mapping/tail-start';

const extents = [
  { partition: 1, low: 0, high: 0 },
  { partition: 0, low: 5, high: 9 },
];

test('a tail begins with the first record, with what comes, or with an offset', () => {
  expect(tailStart('orders', extents, 'earliest', undefined)).toEqual([
    { partition: 0, start: 5, end: 9 },
    { partition: 1, start: 0, end: 0 },
  ]);
  expect(tailStart('orders', extents, 'latest', 0)).toEqual([{ partition: 0, start: 9, end: 9 }]);
  expect(tailStart('orders', extents, 6, 0)).toEqual([{ partition: 0, start: 6, end: 9 }]);
  expect(tailStart('orders', extents, 9, 0)).toEqual([{ partition: 0, start: 9, end: 9 }]);
});

test.each([
  [99, 'earliest', 'Topic orders has no partition 99: its partitions are 0 to 1'],
  [0, 4, 'There is no offset 4: orders-0 holds 5 to 8'],
  [0, 10, 'There is no offset 10: orders-0 holds 5 to 8'],
  [1, 1, 'There is no offset 1: orders-1 holds none, the next is 0'],
] as const)('partition %s from %s is refused in one line', (partition, from, message) => {
  expect(() => tailStart('orders', extents, from, partition)).toThrow(new TailError(message));
});
