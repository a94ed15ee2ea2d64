import * as fc from 'fast-check';
import { FatalRecordError } from '../../../../lambdas/errors';
import type { KeyedEvent } from '../../../../lambdas/kafka/consume';
import type { Fold } from '../../../../lambdas/kafka/fold/fold';
import { foldThenWrite } from '../../../../lambdas/kafka/fold/fold-then-write';
import { StateRefusedError } from '../../../../lambdas/kafka/fold/store';
import type { OutgoingRecord } from '../../../../lambdas/kafka/publisher';
import { runs } from '../../../runs';
import { budgetOf } from '../budgets';
import { MemoryFoldStore } from '../memory-fold-store';
import { MemoryPublisher } from '../memory-publisher';
import { saying, textOf } from './outcomes';

/** Adds amounts; an amount over 10 is added in steps of 10, a zero is refused, a negative one is a fault of the code. */
interface Add {
  readonly id: string;
  readonly amount: number;
}
interface Sum {
  readonly total: number;
  readonly order: readonly string[];
}

const adding: Fold<Sum, Add> = {
  initial: () => ({ total: 0, order: [] }),
  mark: ({ id }) => `add#${id}/done`,
  apply: (state, { id, amount }) => {
    if (amount === 0) throw new FatalRecordError('zero', 'Nothing to add');
    if (amount < 0) throw new Error('a fault of the code');
    const now = Math.min(amount, 10);
    return {
      state: { total: state.total + now, order: [...state.order, id] },
      fact: { now },
      outcomes: [saying('sums', id, `${id}:${now}:${state.total + now}`)],
      ...(amount > now ? { rest: { id, amount: amount - now } } : {}),
    };
  },
};

const event = (key: string, id: string, amount = 1): KeyedEvent<Add> => ({ key, id, event: { id, amount } });
const sum = (store: MemoryFoldStore, key: string) => store.state(key)?.state as Sum | undefined;

test('writes once for all the events of a key, and publishes all outcomes in one call', async () => {
  const store = new MemoryFoldStore();
  const publisher = new MemoryPublisher();
  const effect = foldThenWrite(adding, { store, publisher });

  const results = await effect.absorb(
    [event('a', '1'), event('b', '2'), event('a', '3'), event('a', '4')],
    budgetOf(0),
  );

  expect(results).toEqual([undefined, undefined, undefined, undefined]);
  expect(store.counts).toEqual({ loadStates: 1, loadFacts: 1, saveState: 2, saveFacts: 1 });
  expect(publisher.calls).toBe(1);
  expect(sum(store, 'a')).toEqual({ total: 3, order: ['1', '3', '4'] });
});

test('a warm state is not read again, and a repeat writes nothing but publishes what was stored', async () => {
  const store = new MemoryFoldStore();
  const publisher = new MemoryPublisher();
  const effect = foldThenWrite(adding, { store, publisher });
  await effect.absorb([event('a', '1')], budgetOf(0));

  await effect.absorb([event('a', '1')], budgetOf(0));

  expect(store.counts).toMatchObject({ loadStates: 1, saveState: 1 });
  expect(publisher.records.map(textOf)).toEqual(['1:1:1', '1:1:1']);
});

test('a stale memory loses against the stored version and reads again', async () => {
  const store = new MemoryFoldStore();
  const publisher = new MemoryPublisher();
  const one = foldThenWrite(adding, { store, publisher });
  const other = foldThenWrite(adding, { store, publisher });
  await one.absorb([event('a', '1')], budgetOf(0));
  await other.absorb([event('a', '2')], budgetOf(0));

  const results = await one.absorb([event('a', '3')], budgetOf(1));

  expect(results).toEqual([undefined]);
  expect(sum(store, 'a')).toEqual({ total: 3, order: ['1', '2', '3'] });
});

/** Which facts' items were put, in turn. */
function watchFacts(store: MemoryFoldStore): string[] {
  const put: string[] = [];
  const { saveFacts } = store;
  store.saveFacts = async (facts) => {
    put.push(...facts.map(({ key }) => key));
    return saveFacts.call(store, facts);
  };
  return put;
}

test('environments that take turns at a key write the item of each fact once', async () => {
  const store = new MemoryFoldStore();
  const put = watchFacts(store);
  const [one, other] = [0, 1].map(() => foldThenWrite(adding, { store, publisher: new MemoryPublisher() }));
  for (const [turn, effect] of [one, other, one, other].entries()) {
    expect(await effect?.absorb([event('a', String(turn))], budgetOf(3))).toEqual([undefined]);
  }
  expect(put).toEqual(['add#0/done', 'add#1/done', 'add#2/done', 'add#3/done']);
  // Nor does the row drag along what has its item.
  expect(store.state('a')?.journal.map(({ key }) => key)).toEqual(['add#3/done']);
});

test('what a crash left in the journal goes along while it is little, and gets its items before it is replaced', async () => {
  const store = new MemoryFoldStore();
  const long = (id: string) => event('a', id.padEnd(1_000, '.'));
  const put = watchFacts(store);
  const { saveFacts } = store;
  const absorbDying = async (one: KeyedEvent<Add>) => {
    store.saveFacts = () => Promise.reject(new Error('killed'));
    await foldThenWrite(adding, { store, publisher: new MemoryPublisher() }).absorb([one], budgetOf(0));
    store.saveFacts = saveFacts;
  };
  await absorbDying(long('0'));

  const next = foldThenWrite(adding, { store, publisher: new MemoryPublisher() });
  await next.absorb([event('a', '1')], budgetOf(0));
  expect(store.state('a')?.journal).toHaveLength(2);
  await next.absorb([event('b', '1')], budgetOf(0));
  expect(put.some((key) => key.startsWith('add#0'))).toBe(false);

  await absorbDying(long('2'));
  await foldThenWrite(adding, { store, publisher: new MemoryPublisher() }).absorb([long('3')], budgetOf(0));
  expect(put.filter((key) => key.startsWith('add#0'))).toHaveLength(1);
});

test('an event that does not fit one write goes on in steps, and later events of its key wait', async () => {
  const store = new MemoryFoldStore();
  const publisher = new MemoryPublisher();
  const effect = foldThenWrite(adding, { store, publisher });

  await effect.absorb([event('a', 'big', 35), event('a', 'late')], budgetOf(1));

  expect(sum(store, 'a')?.order).toEqual(['big', 'big', 'big', 'big', 'late']);
  expect(publisher.records.map(textOf)).toEqual(['big:10:10', 'big:10:20', 'big:10:30', 'big:5:35', 'late:1:36']);
});

test('running out of time between steps is remembered by the state row, and the event comes again', async () => {
  const store = new MemoryFoldStore();
  const publisher = new MemoryPublisher();
  const calls = [1, 1, -1];
  const budget = { remainingMs: () => calls.shift() ?? 1, pause: async () => {}, signal: new AbortController().signal };
  const [error] = await foldThenWrite(adding, { store, publisher }).absorb([event('a', 'big', 55)], budget);
  expect(error).toMatchObject({ code: 'out_of_time', retriable: true });
  expect(publisher.records).toEqual([]);

  const elsewhere = foldThenWrite(adding, { store, publisher });
  expect(await elsewhere.absorb([event('a', 'other')], budgetOf(1))).toEqual([undefined]);
  expect(await elsewhere.absorb([event('a', 'big', 55)], budgetOf(0))).toEqual([undefined]);

  expect(sum(store, 'a')?.order).toEqual([...new Array(6).fill('big'), 'other']);
  expect(publisher.records.filter(({ key }) => key === 'big')).toHaveLength(6);
});

test('what a rule refuses is fatal, and so is what throws otherwise, once called; the key goes on', async () => {
  const store = new MemoryFoldStore();
  const effect = foldThenWrite(adding, { store, publisher: new MemoryPublisher() });

  const results = await effect.absorb([event('a', '1', 0), event('a', '2', -1), event('a', '3')], budgetOf(0));

  expect(results).toMatchObject([{ code: 'zero' }, { code: 'processing_failed', attempts: 1 }, undefined]);
  expect(sum(store, 'a')).toEqual({ total: 1, order: ['3'] });
});

test('an event that makes the row unwritable is found and given up, its neighbours are written', async () => {
  const store = new MemoryFoldStore({
    refuse: (_, { state }) => {
      if ((state as Sum).order.includes('huge')) throw new StateRefusedError('too large');
    },
  });
  const effect = foldThenWrite(adding, { store, publisher: new MemoryPublisher() });

  const results = await effect.absorb([event('a', '1'), event('a', 'huge'), event('a', '2')], budgetOf(1));

  expect(results).toMatchObject([undefined, { code: 'state_refused' }, undefined]);
  expect(sum(store, 'a')?.order).toEqual(['1', '2']);
});

test('while the store is away nothing is given up: all is reported, and other keys are not held', async () => {
  const store = new MemoryFoldStore({
    refuse: (key) => {
      if (key === 'a') throw new Error('socket hang up');
    },
  });
  const effect = foldThenWrite(adding, { store, publisher: new MemoryPublisher() });

  const results = await effect.absorb([event('a', '1'), event('b', '2'), event('a', '3')], budgetOf(3));

  expect(results).toMatchObject([{ message: 'socket hang up' }, undefined, { message: 'socket hang up' }]);
  expect(sum(store, 'b')?.total).toBe(1);
});

test('an outcome the broker did not acknowledge brings its event back, which then publishes what was stored', async () => {
  const store = new MemoryFoldStore();
  let away = true;
  const publisher = new MemoryPublisher(() => {
    if (away) throw new Error('broker away');
  });
  const effect = foldThenWrite(adding, { store, publisher });
  expect(await effect.absorb([event('a', '1')], budgetOf(2))).toMatchObject([{ message: 'broker away' }]);

  away = false;
  expect(await effect.absorb([event('a', '1')], budgetOf(0))).toEqual([undefined]);

  expect(publisher.records.map(textOf)).toEqual(['1:1:1']);
  expect(store.counts.saveState).toBe(1);
});

test('facts that stay in the row need no items of their own, and still make repeats harmless anywhere', async () => {
  const store = new MemoryFoldStore();
  const publisher = new MemoryPublisher();
  const inRow: Fold<Sum, Add> = { ...adding, factsStayInRow: true };
  await foldThenWrite(inRow, { store, publisher }).absorb([event('a', '1'), event('a', '2')], budgetOf(0));

  const elsewhere = foldThenWrite(inRow, { store, publisher });
  await elsewhere.absorb([event('a', '3'), event('a', '1')], budgetOf(0));

  expect(sum(store, 'a')).toEqual({ total: 3, order: ['1', '2', '3'] });
  expect(store.state('a')?.journal.map(({ key }) => key)).toEqual(['add#1/done', 'add#2/done', 'add#3/done']);
  expect(store.counts).toMatchObject({ loadFacts: 0, saveFacts: 0, saveState: 2 });
});

test('whatever crashes, comes again, overlaps or is cut: each event counts once, and says the same each time', async () => {
  const events = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), amount: fc.integer({ min: 1, max: 45 }) }), {
    minLength: 1,
    maxLength: 14,
  });
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.scheduler(),
      fc.infiniteStream(fc.integer({ min: 0, max: 11 })),
      async (made, s, dice) => {
        let calm = false;
        const crash = () => {
          if (!calm && dice.next().value === 0) throw new Error('crash');
        };
        const store = new MemoryFoldStore({
          fault: crash,
          turn: (operation) => s.schedule(Promise.resolve(), operation),
        });
        const publisher = new MemoryPublisher(crash);
        const all = made.map(({ key, amount }, index) => event(key, `${key}${index}`, amount));
        const environments = [0, 1, 2].map(() => foldThenWrite(adding, { store, publisher }));
        const deliver = (from: number) =>
          Promise.all(
            environments.map((effect, index) => effect.absorb(all.slice((index * from) % all.length), budgetOf(2))),
          );

        await s.waitFor(deliver(dice.next().value as number));
        await s.waitFor(deliver(1));
        calm = true;
        // The last deliveries, one environment after the other, as a redelivery would be.
        for (const effect of environments) {
          const results = await s.waitFor(effect.absorb(all, budgetOf(50)));
          expect(results.filter(Boolean)).toEqual([]);
        }

        for (const key of ['a', 'b', 'c']) {
          const mine = all.filter((one) => one.key === key);
          expect(sum(store, key)?.total ?? 0).toBe(mine.reduce((total, one) => total + one.event.amount, 0));
          for (const {
            id,
            event: { amount },
          } of mine) {
            const steps = Math.ceil(amount / 10);
            expect(sum(store, key)?.order.filter((name) => name === id)).toHaveLength(steps);
            // At least once, and never two different stories about one step.
            expect(new Set(publisher.records.filter((one) => one.key === id).map(({ value }) => value)).size).toBe(
              steps,
            );
          }
        }
      },
    ),
    { numRuns: runs(60) },
  );
});

describe('an event that its state alone remembers', () => {
  const highest: Fold<{ top: number }, { id: string; amount: number }> = {
    initial: () => ({ top: 0 }),
    mark: ({ id }) => `top#${id}/done`,
    apply: (state, { amount }) => ({ state: amount > state.top ? { top: amount } : state, unmarked: true }),
  };

  test('leaves no item, and nothing is written when it changes nothing', async () => {
    const store = new MemoryFoldStore();
    const effect = foldThenWrite(highest, { store, publisher: new MemoryPublisher() });
    await effect.absorb([event('a', '1', 3), event('a', '2', 2)], budgetOf(0));
    expect(await effect.absorb([event('a', '1', 3), event('a', '3', 1)], budgetOf(1))).toEqual([undefined, undefined]);
    expect(store.state('a')).toMatchObject({ version: 1, state: { top: 3 }, journal: [] });
    expect(store.facts.size).toBe(0);
  });

  test('is not taken for absorbed by a memory that is stale', async () => {
    const store = new MemoryFoldStore();
    const lowest: typeof highest = {
      ...highest,
      apply: (state, { amount }) => ({ state: state.top > amount ? { top: amount } : state, unmarked: true }),
    };
    const stale = foldThenWrite(lowest, { store, publisher: new MemoryPublisher() });
    const other = foldThenWrite(highest, { store, publisher: new MemoryPublisher() });
    await stale.absorb([event('a', '1', 0)], budgetOf(0));
    await other.absorb([event('a', '2', 9)], budgetOf(0));
    await other.absorb([event('a', '3', 9)], budgetOf(0));

    await stale.absorb([event('a', '4', 5)], budgetOf(1));

    expect(store.state('a')).toMatchObject({ state: { top: 5 } });
  });
});

test('a rule that refuses by a memory that is stale is asked again', async () => {
  const store = new MemoryFoldStore();
  const spending: Fold<{ left: number }, { id: string; amount: number }> = {
    initial: () => ({ left: 0 }),
    mark: ({ id }) => `spend#${id}/done`,
    apply: ({ left }, { amount }) => {
      if (left + amount < 0) throw new FatalRecordError('too_much', 'Not that much is left');
      return { state: { left: left + amount } };
    },
  };
  const stale = foldThenWrite(spending, { store, publisher: new MemoryPublisher() });
  const other = foldThenWrite(spending, { store, publisher: new MemoryPublisher() });
  await stale.absorb([event('a', '1', 0)], budgetOf(0));
  await other.absorb([event('a', '2', 9)], budgetOf(0));

  expect(await stale.absorb([event('a', '3', -5)], budgetOf(1))).toEqual([undefined]);
  expect(await stale.absorb([event('a', '4', -5)], budgetOf(1))).toMatchObject([{ code: 'too_much' }]);
});

test('an outcome that its topic never takes is the fault of its own event, and of no other in the batch', async () => {
  const store = new MemoryFoldStore();
  const publisher = new MemoryPublisher();
  const tooLarge = {
    ...publisher,
    close: async () => {},
    publish: async (records: readonly OutgoingRecord[]) => {
      if (records.some(({ key }) => key === 'large')) throw new FatalRecordError('record_too_large', 'too large');
      return publisher.publish(records);
    },
  };
  const effect = foldThenWrite(adding, { store, publisher: tooLarge });

  const results = await effect.absorb(
    [event('a', '1'), event('a', 'large'), event('a', '2'), event('b', '3')],
    budgetOf(0),
  );

  expect(results).toEqual([undefined, expect.objectContaining({ code: 'record_too_large' }), undefined, undefined]);
  expect(publisher.records.map(({ key }) => key).sort()).toEqual(['1', '2', '3']);
});

test('a fact that no item holds is refused before it is in a row that could not be left again', async () => {
  const store = new MemoryFoldStore();
  const leaving: Fold<number, string> = {
    initial: () => 0,
    mark: (id) => `e#${id}/done`,
    apply: (state, id) => ({ state: state + 1, fact: id.repeat(id === 'x' ? 200_000 : 1) }),
  };
  const effect = foldThenWrite(leaving, { store, publisher: new MemoryPublisher() });
  const events = ['1', 'x', '2'].map((id) => ({ key: 'a', id, event: id }));

  expect(await effect.absorb(events, budgetOf(0))).toEqual([
    undefined,
    expect.objectContaining({ code: 'fact_too_large' }),
    undefined,
  ]);
  expect(store.state('a')?.state).toBe(2);
});
