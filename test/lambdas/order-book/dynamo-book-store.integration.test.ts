import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { meterCapacity } from '../../../bench/capacity-meter';
import { createDynamoFoldStore } from '../../../lambdas/kafka/fold/dynamo-fold-store';
import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import type { StoredState } from '../../../lambdas/kafka/fold/store';
import type { BookState } from '../../../lambdas/order-book/book-state';
import { createDynamoBookReader } from '../../../lambdas/order-book/dynamo-book-reader';
import { type BookStoreOptions, createDynamoBookStore } from '../../../lambdas/order-book/dynamo-book-store';
import { type BookEvent, orderBookFold } from '../../../lambdas/order-book/order-book';
import { createDynamoPositionReader } from '../../../lambdas/position/dynamo-position-reader';
import { positionFold, type TradeSide } from '../../../lambdas/position/position';
import { positionPlace, writePositionKey } from '../../../lambdas/position/position-key';
import { aDynamoClient, aTable } from '../../dynamo';
import { budgetOf } from '../kafka/budgets';
import { MemoryPublisher } from '../kafka/memory-publisher';
import { eventOf, TIME } from './commands';
import { type Command, NaiveBook } from './naive-book';

const topics = { events: 'order-events', trades: 'trades', marketData: 'market-data' };
const small: BookStoreOptions = { ring: 6, leastChanges: 8, pieceBytes: 250 };

let client: DynamoDBClient;
let table: string;

beforeAll(() => {
  client = aDynamoClient();
});
afterAll(() => client.destroy());

beforeEach(async () => {
  table = await aTable();
});

const order = (n: number, side: 'BUY' | 'SELL', price: string, quantity: number, user = 'ann'): Command => ({
  kind: 'allocate',
  n,
  user,
  side,
  price,
  quantity,
});

function environment(options = small) {
  const store = createDynamoBookStore(client, table, options);
  const effect = foldThenWrite(orderBookFold(topics, 3), { store, publisher: new MemoryPublisher() });
  return (commands: readonly Command[], orders = commands) => {
    const events = commands.map((command) => eventOf(command, orders) as BookEvent & { event_id: string });
    return effect.absorb(
      events.map((event) => ({ key: 'TCS', id: event.event_id, event })),
      budgetOf(5),
    );
  };
}

test('two environments take turns on a book with a short log, and a cold start finds it whole', async () => {
  const life: Command[] = Array.from({ length: 40 }, (_, n) => {
    if (n % 7 === 6) return { kind: 'cancel', n: n - 4 };
    const side = n % 3 === 0 ? 'SELL' : 'BUY';
    return order(n, side, String(100 + ((n * 7) % 5)), 1 + (n % 9), `user-${n % 4}`);
  });
  const model = new NaiveBook();
  const environments = [environment(), environment()];
  for (const [index, command] of life.entries()) {
    model.do(command);
    expect(await environments[index % 3 === 0 ? 0 : 1]?.([command], life)).toEqual([undefined]);
  }

  const stored = (await createDynamoBookStore(client, table, small).loadStates(['TCS', 'INFY'])).get('TCS');
  const { book, sequence } = (stored as StoredState).state as BookState;
  expect(sequence).toBe(model.trades.length);
  expect(
    [...book.orders('BUY'), ...book.orders('SELL')]
      .map((one) => `${Number(one.order_id.slice(-12))} ${one.remaining}`)
      .sort(),
  ).toEqual(model.waiting.map(({ n, remaining }) => `${n} ${remaining}`).sort());
});

test('writes little more than a unit a command, and reads a large book in few calls when it starts cold', async () => {
  const life = Array.from({ length: 2_500 }, (_, n) => {
    const side = n % 2 === 0 ? 'BUY' : 'SELL';
    return order(n, side, String(side === 'BUY' ? 100 - (n % 50) : 101 + (n % 50)), 10, `user-${n % 100}`);
  });
  const own = aDynamoClient();
  const meter = meterCapacity(own);
  const effect = foldThenWrite(orderBookFold(topics), {
    store: createDynamoBookStore(own, table),
    publisher: new MemoryPublisher(),
  });
  for (let n = 0; n < life.length; n += 500) {
    const events = life
      .slice(n, n + 500)
      .map((command) => eventOf(command, [command]) as BookEvent & { event_id: string });
    const keyed = events.map((event) => ({ key: 'TCS', id: event.event_id, event }));
    expect(await effect.absorb(keyed, budgetOf(5))).toEqual(new Array(events.length).fill(undefined));
  }
  // A fact each, of one unit; the head and its log by the kilobyte, compressed; a snapshot.
  expect(meter.reset().writeUnits / life.length).toBeLessThan(1.3);

  const stored = (await createDynamoBookStore(own, table).loadStates(['TCS'])).get('TCS');
  own.destroy();
  expect((stored as StoredState).state).toMatchObject({ book: { size: life.length } });
  const { calls, readUnits } = meter.reset();
  // The head, the snapshot's pieces, the log after it.
  expect(calls).toBeLessThanOrEqual(3);
  expect(readUnits).toBeLessThan(40);
});

test('shows the best levels of a book, the last price and the volume', async () => {
  const absorb = environment();
  await absorb([
    order(1, 'SELL', '101', 5),
    order(2, 'SELL', '102', 1),
    order(3, 'SELL', '102', 2, 'bob'),
    order(4, 'BUY', '99', 7),
    order(5, 'BUY', '101', 2, 'bob'),
  ]);
  const reader = createDynamoBookReader(client, table);

  expect(await reader.market('TCS', 1)).toEqual({
    item: 'TCS',
    revision: 1,
    sequence: 1,
    volume: '2',
    last_price: '101',
    time: TIME,
    bids: [{ price: '99', quantity: 7, orders: 1 }],
    asks: [{ price: '101', quantity: 3, orders: 1 }],
  });
  expect((await reader.market('TCS'))?.asks).toHaveLength(2);
  expect(await reader.market('INFY')).toBeUndefined();
  expect(await reader.lastPrices(['TCS', 'INFY'])).toEqual(new Map([['TCS', '101']]));
});

test("lists a user's positions by item, valued at the last price", async () => {
  const effect = foldThenWrite(positionFold('positions'), {
    store: createDynamoFoldStore(client, table, positionPlace),
    publisher: new MemoryPublisher(),
  });
  const trade = (item: string, side: 'BUY' | 'SELL', quantity: number, price: string, sequence: number): TradeSide => ({
    item,
    user: 'ann',
    side,
    quantity,
    price,
    sequence,
    time: TIME,
  });
  const trades = [
    trade('TCS', 'BUY', 10, '100', 1),
    trade('TCS', 'SELL', 4, '110', 2),
    trade('INFY', 'SELL', 3, '20.5', 1),
    trade('a/b#c', 'BUY', 1, '1', 1),
  ];
  await effect.absorb(
    trades.map((event) => ({
      key: writePositionKey(event),
      id: `${event.item}-${event.sequence}`,
      event,
    })),
    budgetOf(1),
  );
  const reader = createDynamoPositionReader(client, table, {
    lastPrices: async () =>
      new Map([
        ['TCS', '120'],
        ['INFY', '21'],
      ]),
  });

  const first = await reader.positionsOf('ann', 2);
  expect(first).toEqual({
    next: 'TCS',
    positions: [
      {
        item: 'INFY',
        revision: 1,
        quantity: '-3',
        cost: '-61.5',
        average_price: '20.5',
        realised_profit: '0',
        last_price: '21',
        unrealised_profit: '-1.5',
        time: TIME,
      },
      {
        item: 'TCS',
        revision: 1,
        quantity: '6',
        cost: '600',
        average_price: '100',
        realised_profit: '40',
        last_price: '120',
        unrealised_profit: '120',
        time: TIME,
      },
    ],
  });
  const second = await reader.positionsOf('ann', 2, first.next);
  expect(second.positions).toMatchObject([{ item: 'a/b#c', quantity: '1' }]);
  expect(second.positions[0]).not.toHaveProperty('unrealised_profit');
  expect(await reader.positionsOf('nobody', 2)).toEqual({ positions: [] });
});
