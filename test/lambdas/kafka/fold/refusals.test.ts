import * as fc from 'fast-check';
import { FatalRecordError } from '../../../../lambdas/errors';
import type { KeyedEvent } from '../../../../lambdas/kafka/consume';
import type { Fold } from '../../../../lambdas/kafka/fold/fold';
import { foldThenWrite } from '../../../../lambdas/kafka/fold/fold-then-write';
import { StateRefusedError } from '../../../../lambdas/kafka/fold/store';
import { runs } from '../../../runs';
import { budgetOf } from '../budgets';
import { MemoryFoldStore } from '../memory-fold-store';
import { MemoryPublisher } from '../memory-publisher';
import { saying, textOf } from './outcomes';

interface Change {
  readonly id: string;
  readonly amount: number;
  /** What is left of a change that goes on in steps. */
  readonly goesOn?: boolean;
}
interface Account {
  readonly left: number;
  readonly done: readonly string[];
}

/** An account that is never overdrawn: a rule refuses what would. 13 is a fault of the code; over 30 goes on in steps of 30. */
const account: Fold<Account, Change> = {
  initial: () => ({ left: 0, done: [] }),
  mark: ({ id }) => `change#${id}/done`,
  apply: ({ left, done }, { id, amount, goesOn }) => {
    if (left + amount < 0) throw new FatalRecordError('too_much', `${left} are left, not ${-amount}`);
    if (amount === 13 && !goesOn && left % 2 === 1) throw new TypeError(`13 on top of ${left}`);
    const now = Math.min(amount, 30);
    return {
      state: { left: left + now, done: [...done, id] },
      fact: { now },
      outcomes: [saying('changes', id, `${id}: ${now}`)],
      ...(amount > now && { rest: { id, amount: amount - now, goesOn: true } }),
    };
  },
};

const event = (id: string, amount: number, key = 'a'): KeyedEvent<Change> => ({ key, id, event: { id, amount } });
const stateOf = (store: MemoryFoldStore, key = 'a') => store.state(key)?.state as Account | undefined;
const environment = (store: MemoryFoldStore, fold = account, publisher = new MemoryPublisher()) =>
  foldThenWrite(fold, { store, publisher });

test('a refusal is remembered: whatever the state becomes, a repeat is refused with the same words', async () => {
  const store = new MemoryFoldStore();
  const batch = [event('1', 10), event('2', -15), event('3', 30)];
  const first = await environment(store).absorb(batch, budgetOf(9));
  expect(first).toMatchObject([undefined, { code: 'too_much', message: '10 are left, not 15' }, undefined]);

  for (const again of [batch, batch.slice(1), batch.slice(1, 2)]) {
    const results = await environment(store).absorb(again, budgetOf(9));
    expect(results).toMatchObject(
      first.slice(batch.indexOf(again[0] as (typeof batch)[number])).slice(0, again.length),
    );
  }
  expect(stateOf(store)).toEqual({ left: 40, done: ['1', '3'] });
});

test('it is in the same write as what goes on from it, and costs a write of its own when nothing does', async () => {
  const store = new MemoryFoldStore();
  const effect = environment(store);
  await effect.absorb([event('1', 10), event('2', -50), event('3', 1)], budgetOf(9));
  expect(store.counts).toMatchObject({ saveState: 1, saveFacts: 1 });

  await effect.absorb([event('4', -50)], budgetOf(9));
  await effect.absorb([event('4', -50)], budgetOf(9));
  expect(store.counts).toMatchObject({ saveState: 2, saveFacts: 2 });
});

test('of a key that was never seen too, whose current row there is nothing to tell of', async () => {
  const store = new MemoryFoldStore();
  const publisher = new MemoryPublisher();
  const telling: typeof account = {
    ...account,
    current: ({ left, done }, version, key) => (done[0] ? saying('totals', key, `${left} at ${version}`) : undefined),
  };
  const refused = [expect.objectContaining({ code: 'too_much' })];
  expect(await environment(store, telling, publisher).absorb([event('1', -1)], budgetOf(9))).toEqual(refused);
  await environment(store, telling, publisher).absorb([event('2', 5)], budgetOf(9));
  expect(await environment(store, telling, publisher).absorb([event('1', -1)], budgetOf(9))).toEqual(refused);
  expect(publisher.records.filter(({ topic }) => topic === 'totals').map(textOf)).toEqual(['5 at 2', '5 at 2']);
});

test('a fault of the code is remembered as what a rule refuses', async () => {
  const store = new MemoryFoldStore();
  const fault = { code: 'processing_failed', name: 'ProcessingError', message: 'TypeError: 13 on top of 1' };
  expect(await environment(store).absorb([event('1', 1), event('2', 13), event('3', 1)], budgetOf(9))).toMatchObject([
    undefined,
    fault,
    undefined,
  ]);
  expect(await environment(store).absorb([event('2', 13)], budgetOf(9))).toMatchObject([fault]);
  expect(stateOf(store)?.left).toBe(2);
});

test('so is what the store refused to write, though the row has room again', async () => {
  let room = false;
  const store = new MemoryFoldStore({
    refuse: (_, { state }) => {
      if (!room && (state as Account).done.includes('2')) throw new StateRefusedError('too large');
    },
  });
  const batch = [event('1', 10), event('2', 20), event('3', -5)];
  const results = [undefined, expect.objectContaining({ code: 'state_refused' }), undefined];
  expect(await environment(store).absorb(batch, budgetOf(9))).toEqual(results);
  room = true;
  expect(await environment(store).absorb(batch, budgetOf(9))).toEqual(results);
  expect(stateOf(store)?.left).toBe(5);
});

test('a key that takes no write at all has its events refused, one after the other', async () => {
  const store = new MemoryFoldStore({
    refuse: () => {
      throw new StateRefusedError('no such key');
    },
  });
  const results = await environment(store).absorb([event('1', 1), event('2', 1)], budgetOf(9));
  expect(results).toMatchObject([{ code: 'state_refused' }, { code: 'state_refused' }]);
});

test('a step that is refused ends its event, and no later event of the key is refused for it', async () => {
  const store = new MemoryFoldStore();
  const publisher = new MemoryPublisher();
  const ending: typeof account = {
    ...account,
    apply: (state, change, facts, key) => {
      if (change.goesOn && change.amount <= 30) throw new FatalRecordError('last_step', 'Not the last step');
      return account.apply(state, change, facts, key);
    },
  };
  const batch = [event('1', 70), event('2', 5)];
  const results = [expect.objectContaining({ code: 'last_step' }), undefined];
  expect(await environment(store, ending, publisher).absorb(batch, budgetOf(9))).toEqual(results);
  expect(await environment(store, ending, publisher).absorb(batch, budgetOf(9))).toEqual(results);
  expect(stateOf(store)).toEqual({ left: 65, done: ['1', '1', '2'] });
  expect(publisher.records.map(textOf)).toEqual(['1: 30', '1: 30', '2: 5', '1: 30', '1: 30', '2: 5']);
});

test('rules that cannot even name an event, or what they read for it, refuse that one and hold no other', async () => {
  const store = new MemoryFoldStore();
  const choosy: typeof account = {
    ...account,
    mark: (change) => {
      if (change.id === '1') throw new TypeError('no mark');
      return account.mark(change);
    },
    reads: ({ id }) => {
      if (id === '2') throw new TypeError('no reads');
      return [];
    },
  };
  const results = await environment(store, choosy).absorb(
    [event('1', 1), event('2', 1), event('3', 1), event('4', 1, 'b')],
    budgetOf(1),
  );
  const failed = { code: 'processing_failed' };
  expect(results).toMatchObject([failed, failed, undefined, undefined]);
});

describe('an event that was sent back from the dead letters', () => {
  const resent = (id: string, amount: number, place: string) => ({ ...event(id, amount), resent: place });

  test('is judged once more, and then once: its repeats are told what became of it', async () => {
    const store = new MemoryFoldStore();
    const publisher = new MemoryPublisher();
    const absorb = (...events: KeyedEvent<Change>[]) =>
      environment(store, account, publisher).absorb(events, budgetOf(9));
    await absorb(event('1', 10), event('2', -15));
    expect(await absorb(resent('2', -15, 'p@7'), event('3', 30))).toMatchObject([{ code: 'too_much' }, undefined]);
    expect(await absorb(resent('2', -15, 'p@7'))).toMatchObject([{ code: 'too_much' }]);
    expect(await absorb(event('2', -15))).toMatchObject([{ code: 'too_much' }]);

    expect(await absorb(resent('2', -15, 'p@9'))).toEqual([undefined]);
    for (const again of [resent('2', -15, 'p@9'), resent('2', -15, 'p@7'), event('2', -15)]) {
      expect(await absorb(again)).toEqual([undefined]);
    }
    expect(stateOf(store)).toEqual({ left: 25, done: ['1', '3', '2'] });
    expect(new Set(publisher.records.map(textOf))).toEqual(new Set(['1: 10', '2: -15', '3: 30']));
  });

  test('stays done when a refusal’s item is written late', async () => {
    const store = new MemoryFoldStore();
    await environment(store).absorb([event('2', -50)], budgetOf(9));
    const late = [...store.allFacts().values()];
    await environment(store).absorb(
      [event('1', 20), event('1b', 30), event('1c', 11), resent('2', -50, 'p@7')],
      budgetOf(9),
    );
    await store.saveFacts(late);
    await environment(store).absorb([event('3', 1)], budgetOf(9));
    expect(await environment(store).absorb([event('2', -50)], budgetOf(9))).toEqual([undefined]);
    expect(stateOf(store)?.left).toBe(12);
  });
});

test('whatever crashes, comes again, overlaps or is cut: each event is absorbed or refused, once and for good', async () => {
  const changes = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), amount: fc.integer({ min: -25, max: 65 }) }), {
    minLength: 1,
    maxLength: 14,
  });
  const places = fc.constantFrom(undefined, undefined, undefined, 'p@1', 'p@2');
  await fc.assert(
    fc.asyncProperty(
      changes,
      fc.scheduler(),
      fc.infiniteStream(fc.integer({ min: 0, max: 11 })),
      fc.infiniteStream(places),
      async (made, s, dice, sentBack) => {
        let calm = false;
        const crash = () => {
          if (!calm && dice.next().value === 0) throw new Error('crash');
        };
        const store = new MemoryFoldStore({
          fault: crash,
          turn: (operation) => s.schedule(Promise.resolve(), operation),
        });
        const publisher = new MemoryPublisher(crash);
        const all = made.map(({ key, amount }, index) => event(`${key}${index}`, amount, key));
        const environments = [0, 1, 2].map(() => environment(store, account, publisher));
        /** By event and by the record that was sent back, if any. */
        const stories = new Map<string, Set<string>>();
        const deliver = async (
          effect: (typeof environments)[number],
          events: readonly KeyedEvent<Change>[],
          tries = 2,
        ) => {
          const results = await effect.absorb(events, budgetOf(tries));
          for (const [index, error] of results.entries()) {
            if (error && !(error instanceof FatalRecordError)) continue;
            const { id, resent = '' } = events[index] as KeyedEvent<Change>;
            const story = error ? `${(error as FatalRecordError).code}: ${error.message}` : 'absorbed';
            const name = `${id} ${resent}`;
            stories.set(name, (stories.get(name) ?? new Set()).add(story));
          }
          return results;
        };

        const from = (index: number) => all.slice(index % all.length);
        const some = () =>
          all.map((one) => {
            const place = sentBack.next().value;
            return place === undefined ? one : { ...one, resent: place };
          });
        await s.waitFor(Promise.all(environments.map((one, index) => deliver(one, from(index * 3)))));
        await s.waitFor(Promise.all(environments.map((one) => deliver(one, some()))));
        calm = true;
        for (const one of environments) {
          const results = await s.waitFor(deliver(one, all, 50));
          expect(results.filter((error) => error && !(error instanceof FatalRecordError))).toEqual([]);
        }

        for (const key of ['a', 'b']) {
          const done = stateOf(store, key)?.done ?? [];
          for (const {
            id,
            event: { amount },
          } of all.filter((one) => one.key === key)) {
            const told = [...stories].filter(([name]) => name.startsWith(`${id} `)).flatMap(([, set]) => [...set]);
            const steps = done.includes(id) ? Math.max(1, Math.ceil(amount / 30)) : 0;
            expect(done.filter((name) => name === id)).toHaveLength(steps);
            // Absorbed or not, which each telling since has said; and one story a delivery, whoever tells it.
            expect(stories.get(`${id} `)?.has('absorbed') ?? false).toBe(steps > 0);
            if (steps === 0) expect(told).not.toContain('absorbed');
            for (const [name, set] of stories) {
              if (name === `${id} `)
                expect([...set].filter((story) => story !== 'absorbed').length).toBeLessThanOrEqual(1);
            }
            expect(new Set(publisher.records.filter((one) => one.key === id).map(({ value }) => value)).size).toBe(
              new Set(Array.from({ length: steps }, (_, step) => Math.min(30, amount - 30 * step))).size,
            );
          }
          const balance = all.filter(({ id }) => done.includes(id)).reduce((sum, one) => sum + one.event.amount, 0);
          expect(stateOf(store, key)?.left ?? 0).toBe(balance);
          expect(balance).toBeGreaterThanOrEqual(0);
        }
      },
    ),
    { numRuns: runs(60) },
  );
});
