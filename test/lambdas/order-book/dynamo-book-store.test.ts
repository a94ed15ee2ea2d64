import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import type { FoldStore, StoredState } from '../../../lambdas/kafka/fold/store';
import type { BookState } from '../../../lambdas/order-book/book-state';
import { type BookStoreOptions, createDynamoBookStore } from '../../../lambdas/order-book/dynamo-book-store';
import { type BookEvent, orderBookFold } from '../../../lambdas/order-book/order-book';
import { cases } from '../../runs';
import { budgetOf } from '../kafka/budgets';
import { MemoryPublisher } from '../kafka/memory-publisher';
import { eventOf, wordsOf } from './commands';
import { MemoryDynamo } from './memory-dynamo';
import { type Command, NaiveBook } from './naive-book';

const topics = { events: 'order-events', trades: 'trades', marketData: 'market-data' };
const small: BookStoreOptions = { ring: 6, leastChanges: 8, pieceBytes: 250 };

const side = (n: number) => (n % 3 === 0 ? 'SELL' : 'BUY');
const rests = (n: number): Command => ({
  kind: 'allocate',
  n,
  user: 'ann',
  side: side(n),
  price: String(side(n) === 'SELL' ? 200 + (n % 5) : 100 - (n % 5)),
  quantity: n + 1,
});
const sweeps = (n: number): Command => ({ kind: 'allocate', n, user: 'bob', side: 'SELL', price: '1', quantity: 20 });
/** Orders that rest, cancels, and one that sweeps several of them in steps of three. */
const life: readonly Command[] = [
  ...Array.from({ length: 9 }, (_, n) => rests(n)),
  { kind: 'cancel', n: 4 },
  { kind: 'cancel', n: 99 },
  sweeps(50),
  ...Array.from({ length: 6 }, (_, n) => rests(20 + n)),
];
const orders = [...life, ...Array.from({ length: 100 }, (_, n) => rests(n))];

/** One environment: a store with a memory of its own. Commands go in one by one, a write each. */
function environment(dynamo: MemoryDynamo, options = small) {
  const publisher = new MemoryPublisher();
  const store = createDynamoBookStore(dynamo.client, 'books', options);
  const effect = foldThenWrite(orderBookFold(topics, 3), { store, publisher });
  return {
    store,
    publisher,
    async absorb(commands: readonly Command[], tries = 3) {
      const events = commands.map((command) => eventOf(command, orders) as BookEvent & { event_id: string });
      return effect.absorb(
        events.map((event) => ({ key: 'TCS', id: event.event_id, event })),
        budgetOf(tries),
      );
    },
  };
}

const read = async (store: FoldStore) => (await store.loadStates(['TCS'])).get('TCS') as StoredState;
const ordersIn = (stored: StoredState) => {
  const { book } = stored.state as BookState;
  return [...book.orders('BUY'), ...book.orders('SELL')].map(({ order_id, remaining }) => [
    Number(order_id.slice(-12)),
    remaining,
  ]);
};
const modelOf = (commands: readonly Command[]) => {
  const book = new NaiveBook();
  for (const command of commands) book.do(command);
  return book;
};
const sorted = (pairs: readonly (readonly (number | undefined)[])[]) => pairs.map(String).sort();

test('a cold start at any point finds the book that is warm, in its order', async () => {
  const dynamo = new MemoryDynamo();
  const warm = environment(dynamo);
  for (const [index, command] of life.entries()) {
    await warm.absorb([command]);
    const cold = ordersIn(await read(createDynamoBookStore(new CopyOf(dynamo).client, 'books', small)));
    expect(sorted(cold)).toEqual(
      sorted(modelOf(life.slice(0, index + 1)).waiting.map(({ n, remaining }) => [n, remaining])),
    );
  }
  expect(dynamo.items.has('book#TCS#snapshot#b#1\u0000snapshot')).toBe(true);
});

test('an environment that dies at any call leaves a book that the next one continues', async () => {
  const expected = modelOf(life);
  for (const last of cases(await countCalls())) {
    let left = last;
    const dynamo = new MemoryDynamo({
      trouble: () => {
        if (left-- <= 0) throw new Error('The environment is dead');
      },
    });
    const dead = environment(dynamo);
    for (const command of life) await dead.absorb([command], 0);
    const next = environment(new CopyOf(dynamo));
    for (const command of life) expect(await next.absorb([command])).toEqual([undefined]);

    const stored = await read(next.store);
    expect(sorted(ordersIn(stored))).toEqual(sorted(expected.waiting.map(({ n, remaining }) => [n, remaining])));
    const told = next.publisher.records.flatMap(({ topic, value }) =>
      topic === 'market-data' ? [] : [wordsOf(JSON.parse(String(value)))],
    );
    expect(told).toEqual(expected.told);
  }
});

test('a write that failed leaves no book behind that could be written again', async () => {
  let failing = false;
  const dynamo = new MemoryDynamo({
    trouble: () => {
      if (failing) throw new Error('away');
    },
  });
  const { store, absorb } = environment(dynamo);
  await absorb([rests(1)]);
  const stored = await read(store);
  const state = stored.state as BookState;
  state.book.change(['drop', [...state.book.orders('BUY')][0]?.order_id as string]);
  const next = { version: 2, journal: [], state: { ...state, revision: state.book.revision } };
  failing = true;
  await expect(store.saveState('TCS', next)).rejects.toThrow('away');
  failing = false;

  await expect(store.saveState('TCS', next)).rejects.toMatchObject({ code: 'stale_book', retriable: true });
});

test('a state that is older than its book is not written', async () => {
  const { store, absorb } = environment(new MemoryDynamo());
  await absorb([rests(1)]);
  const stored = await read(store);
  const state = stored.state as BookState;
  state.book.change(['drop', [...state.book.orders('BUY')][0]?.order_id as string]);

  await expect(store.saveState('TCS', { ...stored, version: 2 })).rejects.toMatchObject({ code: 'stale_book' });
});

test('a log row that comes late does not replace a newer one in its slot', async () => {
  const dynamo = new MemoryDynamo();
  const commands = Array.from({ length: 10 }, (_, n) => rests(n));
  const slow = environment(dynamo);
  for (const command of commands.slice(0, 3)) await slow.absorb([command]);
  const fast = environment(dynamo);
  for (const command of commands.slice(3)) await fast.absorb([command]);

  // It still believes to be at version 3, whose slot now holds version 9, which a cold start needs.
  expect(await slow.absorb([rests(60)], 0)).toMatchObject([{ code: 'state_conflict' }]);

  const cold = await read(createDynamoBookStore(dynamo.client, 'books', small));
  expect(cold.version).toBe(10);
  expect(sorted(ordersIn(cold))).toEqual(sorted(modelOf(commands).waiting.map(({ n, remaining }) => [n, remaining])));
});

test('a snapshot that comes late does not replace a newer one in its slot', async () => {
  const dynamo = new MemoryDynamo();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const stalling = new MemoryDynamo({
    items: dynamo.items,
    turn: async ({ item }) => {
      if (item?.sk?.S === 'snapshot') await released;
    },
  });
  const commands = Array.from({ length: 18 }, (_, n) => rests(n));
  const slow = environment(stalling);
  for (const command of commands.slice(0, 4)) await slow.absorb([command]);
  const stalled = slow.absorb([commands[4] as Command]);
  while (dynamo.items.get('book#TCS\u0000head')?.version?.N !== '5') await null;
  const fast = environment(dynamo);
  for (const command of commands) await fast.absorb([command]);
  const slots = [...dynamo.items].filter(([place]) => place.endsWith('snapshot')).map(([, { version }]) => version?.N);

  release();
  await stalled;

  expect(slots).toContain('15');
  const cold = await read(createDynamoBookStore(dynamo.client, 'books', small));
  expect(sorted(ordersIn(cold))).toEqual(sorted(modelOf(commands).waiting.map(({ n, remaining }) => [n, remaining])));
});

test('a reader that is overtaken by a writer says so, and does not mix two books', async () => {
  const dynamo = new MemoryDynamo();
  const { absorb } = environment(dynamo);
  for (const command of life.slice(0, 10)) await absorb([command]);
  const head = dynamo.items.get('book#TCS\u0000head');
  for (const command of life.slice(10)) await absorb([command]);
  const stale = new CopyOf(dynamo);
  if (head) stale.items.set('book#TCS\u0000head', head);

  await expect(read(createDynamoBookStore(stale.client, 'books', small))).rejects.toMatchObject({
    code: 'book_moved',
    retriable: true,
  });
});

test('without a snapshot the log fills up and then holds, rather than lose what is needed; then it goes on', async () => {
  let broken = true;
  const dynamo = new MemoryDynamo({
    trouble: ({ item }) => {
      if (broken && item?.sk?.S === 'snapshot') throw new Error('no snapshots today');
    },
  });
  const { absorb, store } = environment(dynamo);

  const results: unknown[] = [];
  for (const command of life.slice(0, 8)) results.push(...(await absorb([command], 2)));
  expect(results.filter((error) => error !== undefined)).toMatchObject([{ code: 'log_full' }, { code: 'log_full' }]);
  broken = false;
  for (const command of life) expect(await absorb([command])).toEqual([undefined]);

  expect(sorted(ordersIn(await read(store)))).toEqual(
    sorted(modelOf(life).waiting.map(({ n, remaining }) => [n, remaining])),
  );
});

test('a head row that does not fit is refused', async () => {
  const { store, absorb } = environment(new MemoryDynamo());
  await absorb([rests(1)]);
  const stored = await read(store);
  const noise = Array.from({ length: 60_000 }, () => Math.random().toString(36)).join();
  const next = { ...stored, version: 2, journal: [{ key: 'a/b', id: '1', data: noise, outcomes: [] }] };

  await expect(store.saveState('TCS', next)).rejects.toMatchObject({ code: 'state_refused' });
});

test('snapshots come when the log has grown, not with every write', async () => {
  const dynamo = new MemoryDynamo();
  const { absorb } = environment(dynamo, { leastChanges: 10 });
  for (let n = 0; n < 60; n++)
    await absorb([{ ...rests(n), n: n % 30, kind: n < 30 ? 'allocate' : 'cancel' } as Command]);
  // A head, a log row and a fact each; five snapshots of one piece.
  expect(dynamo.calls.PutItemCommand).toBe(60 + 59 + 5);
});

/** A table as it is now, that works. */
class CopyOf extends MemoryDynamo {
  constructor({ items }: MemoryDynamo) {
    super();
    for (const [place, item] of items) this.items.set(place, item);
  }
}

async function countCalls(): Promise<number> {
  let calls = 0;
  const { absorb } = environment(new MemoryDynamo({ trouble: () => void calls++ }));
  for (const command of life) await absorb([command]);
  return calls;
}
