import type { Fold } from '../../../../lambdas/kafka/fold/fold';
import { foldThenWrite } from '../../../../lambdas/kafka/fold/fold-then-write';
import { budgetOf } from '../budgets';
import { MemoryFoldStore } from '../memory-fold-store';
import { MemoryPublisher } from '../memory-publisher';
import { saying, textOf } from './outcomes';

/** Counts in steps of two. */
const counting: Fold<number, { readonly id: string; readonly by: number }> = {
  initial: () => 0,
  mark: ({ id }) => `count#${id}/done`,
  apply: (state, { id, by }) => ({
    state: state + Math.min(by, 2),
    outcomes: [saying('counts', id, `counted ${Math.min(by, 2)}`)],
    ...(by > 2 ? { rest: { id, by: by - 2 } } : {}),
  }),
  current: (state, version, key) => saying('totals', key, `${state} at ${version}`),
};

const event = (key: string, id: string, by = 1) => ({ key, id, event: { id, by } });
const rows = (publisher: MemoryPublisher) => publisher.records.filter(({ topic }) => topic === 'totals');

test('publishes the current row of a key once a batch, after the outcomes of the batch', async () => {
  const publisher = new MemoryPublisher();
  const effect = foldThenWrite(counting, { store: new MemoryFoldStore(), publisher });

  await effect.absorb([event('a', '1', 5), event('a', '2'), event('b', '3')], budgetOf(1));

  expect(rows(publisher).map((row) => `${row.key}: ${textOf(row)}`)).toEqual(['b: 1 at 1', 'a: 6 at 4']);
  expect(publisher.records.at(-1)).toMatchObject({ topic: 'totals', key: 'a' });
});

test('a redelivery publishes the current row again, as a crash may have come before it', async () => {
  const store = new MemoryFoldStore();
  const publisher = new MemoryPublisher();
  await foldThenWrite(counting, { store, publisher: new MemoryPublisher() }).absorb([event('a', '1')], budgetOf(0));

  await foldThenWrite(counting, { store, publisher }).absorb([event('a', '1')], budgetOf(0));

  expect(rows(publisher).map((row) => `${row.key}: ${textOf(row)}`)).toEqual(['a: 1 at 1']);
});
