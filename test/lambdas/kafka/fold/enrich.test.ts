import { DependencyError, FatalRecordError } from '../../../../lambdas/errors';
import type { Fold } from '../../../../lambdas/kafka/fold/fold';
import { foldThenWrite } from '../../../../lambdas/kafka/fold/fold-then-write';
import { budgetOf } from '../budgets';
import { MemoryFoldStore } from '../memory-fold-store';
import { MemoryPublisher } from '../memory-publisher';

interface Asking {
  readonly id: string;
  readonly answer?: number;
}
type Ask = NonNullable<Fold<number, Asking>['enrich']>;

/** Adds what somebody outside answers. */
const summing = (enrich: Ask): Fold<number, Asking> => ({
  initial: () => 0,
  mark: ({ id }) => `ask#${id}/done`,
  enrich,
  apply: (sum, { answer = Number.NaN }) => ({ state: sum + answer }),
});
const event = (id: string) => ({ key: 'a', id, event: { id } });

function environment(enrich: Ask) {
  const store = new MemoryFoldStore();
  const effect = foldThenWrite(summing(enrich), { store, publisher: new MemoryPublisher() });
  return { store, effect };
}

test('the answer goes into the event, and is not asked for again once that was absorbed', async () => {
  const asked: string[] = [];
  const { store, effect } = environment(async (_, { id }) => {
    asked.push(id);
    return { id, answer: 7 };
  });
  await effect.absorb([event('1'), event('2')], budgetOf(0));
  expect(await effect.absorb([event('1')], budgetOf(0))).toEqual([undefined]);
  expect([store.state('a')?.state, asked]).toEqual([14, ['1', '2']]);
});

test.each([
  ['an error that says nothing of itself', new Error('connect ECONNREFUSED')],
  ['what is no error at all', 'nobody there'],
  ['a dependency’s error', new DependencyError('away', 'away')],
])('%s is the outside’s trouble: the event waits, what came before it does not', async (_, trouble) => {
  const { store, effect } = environment(async (_, { id }) => {
    if (id === '2') throw trouble;
    return { id, answer: 1 };
  });

  const results = await effect.absorb([event('1'), event('2'), event('3')], budgetOf(4));

  expect(results[0]).toBeUndefined();
  for (const error of results.slice(1)) expect(error).not.toMatchObject({ retriable: false });
  expect(store.state('a')?.state).toBe(1);
});

test('is asked again while there is time', async () => {
  let left = 3;
  const { store, effect } = environment(async (_, { id }) => {
    if (left-- > 0) throw new Error('503');
    return { id, answer: 1 };
  });
  expect(await effect.absorb([event('1')], budgetOf(4))).toEqual([undefined]);
  expect(store.state('a')?.state).toBe(1);
});

test('only an error that says so refuses its event, once asked', async () => {
  let asked = 0;
  const { store, effect } = environment(async (_, { id }) => {
    asked++;
    if (id === '1') throw new FatalRecordError('key_reused', 'The key had another amount');
    return { id, answer: 1 };
  });
  const results = await effect.absorb([event('1'), event('2')], budgetOf(4));
  expect(results).toMatchObject([{ code: 'key_reused' }, undefined]);
  expect([store.state('a')?.state, asked]).toEqual([1, 2]);
});

test('who hangs is told by a signal, and left behind; no event is given up', async () => {
  const controller = new AbortController();
  let asked = 0;
  const { store, effect } = environment((_, { id }, __, { signal }) => {
    asked++;
    expect(signal).toBe(controller.signal);
    return id === '2' ? new Promise(() => {}) : Promise.resolve({ id, answer: 1 });
  });
  let left = true;
  const budget = { remainingMs: () => (left ? 60_000 : -1), pause: async () => {}, signal: controller.signal };

  const absorbed = effect.absorb([event('1'), event('2'), event('3')], budget);
  while (asked < 2) await new Promise(setImmediate);
  left = false;
  controller.abort();

  expect(await absorbed).toMatchObject([undefined, { code: 'out_of_time' }, { code: 'out_of_time' }]);
  expect(store.state('a')?.state).toBe(1);
});
