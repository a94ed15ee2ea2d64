import * as fc from 'fast-check';
import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import { makeEvent, type PositionUpdated, type TradeExecuted } from '../../../lambdas/order/events';
import { book, flat, type Holding } from '../../../lambdas/position/holding';
import { createPosition, type Position, positionFold } from '../../../lambdas/position/position';
import { positionPlace, readPositionKey, writePositionKey } from '../../../lambdas/position/position-key';
import { runs } from '../../runs';
import { type Chaos, calm, chaos, deliver, publishedEvents, recordOf, World } from '../chaos';
import { headersOf } from '../kafka/records';

interface Made {
  readonly buyer: string;
  readonly seller: string;
  readonly price: string;
  readonly quantity: number;
  readonly item?: string;
}

const orderId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const trade = ({ item = 'TCS', ...made }: Made, sequence: number): TradeExecuted =>
  makeEvent(
    'trade.executed',
    { time: new Date(Date.UTC(2026, 0, 1) + sequence).toISOString() },
    { ...made, item, sequence, buy_order_id: orderId(1), sell_order_id: orderId(2), taker: 'BUY' },
  );
/** Numbers trades as the book does: per item, without gaps. */
const numbered = (list: readonly Made[]) =>
  list.map((made, index) => trade(made, list.slice(0, index + 1).filter(({ item }) => item === made.item).length));

async function run(trades: readonly object[], script: Chaos = calm) {
  const world = new World(script);
  const environment = () =>
    createPosition(foldThenWrite(positionFold('positions'), { store: world.store, publisher: world.publisher }));
  await deliver(
    trades.map((one) => recordOf('trades', one)),
    [environment(), environment()],
    world,
  );
  return {
    world,
    of: (user: string, item = 'TCS') =>
      world.store.state(writePositionKey({ user, item }))?.state as Position | undefined,
    rows: publishedEvents<PositionUpdated>(world.publisher),
  };
}

const holdingOf = (position: Position | undefined): Holding | undefined =>
  position && { quantity: position.quantity, cost: position.cost, realised: position.realised };

test('a trade changes the positions of both users, and both rows are published', async () => {
  const { of, rows } = await run(numbered([{ buyer: 'ann', seller: 'bob', price: '100.5', quantity: 4 }]));
  expect(of('ann')).toMatchObject({ quantity: '4', cost: '402', realised: '0', sequence: 1 });
  expect(of('bob')).toMatchObject({ quantity: '-4', cost: '-402', realised: '0', sequence: 1 });
  expect(rows).toMatchObject([
    { user: 'ann', item: 'TCS', quantity: '4', average_price: '100.5', revision: 1, type: 'position.updated' },
    { user: 'bob', item: 'TCS', quantity: '-4', average_price: '100.5', revision: 1 },
  ]);
});

test('a trade that comes back from the dead letters, after later ones, still counts', async () => {
  const [first, second, third] = numbered([
    { buyer: 'ann', seller: 'bob', price: '100', quantity: 4 },
    { buyer: 'ann', seller: 'bob', price: '100', quantity: 5 },
    { buyer: 'ann', seller: 'bob', price: '100', quantity: 6 },
  ]) as [TradeExecuted, TradeExecuted, TradeExecuted];
  const { of } = await run([first, third, second, second]);
  expect(of('ann')).toMatchObject({ quantity: '15', sequence: 3, time: third.time });
});

test('a closed position has no average price', async () => {
  const { rows } = await run(
    numbered([
      { buyer: 'ann', seller: 'bob', price: '100', quantity: 4 },
      { buyer: 'bob', seller: 'ann', price: '101', quantity: 4 },
    ]),
  );
  expect(rows.find(({ user }) => user === 'ann')).toMatchObject({ quantity: '0', cost: '0', realised_profit: '4' });
  expect(rows.find(({ user }) => user === 'ann')).not.toHaveProperty('average_price');
});

test('another trade under the same number goes to the dead letters', async () => {
  const one = trade({ buyer: 'ann', seller: 'bob', price: '100', quantity: 4 }, 1);
  const { world, of } = await run([one, { ...one, event_id: orderId(9), quantity: 5 }]);
  expect(world.dead.records.map((record) => headersOf(record)['dlq-error-code'])).toEqual(['trade_conflict']);
  expect(of('ann')).toMatchObject({ quantity: '4' });
});

test('other events on the topic mean nothing', () => {
  const consumer = createPosition({ absorb: async () => [] });
  const received = makeEvent(
    'stock.received',
    { time: '2026-01-01T00:00:00.000Z' },
    { item: 'TCS', delta: 1, receipt_id: 'r' },
  );
  expect(consumer.split(recordOf('trades', received))).toEqual([]);
});

test('keys tell users and items apart, whatever is in their names', () => {
  const name = fc.string({ minLength: 1 });
  void fc.assert(
    fc.property(name, name, name, name, (user, item, otherUser, otherItem) => {
      const [one, other] = [writePositionKey({ user, item }), writePositionKey({ user: otherUser, item: otherItem })];
      expect(readPositionKey(one)).toEqual({ user, item });
      const same = user === otherUser && item === otherItem;
      expect(one === other).toBe(same);
      expect(JSON.stringify(positionPlace(one)) === JSON.stringify(positionPlace(other))).toBe(same);
    }),
  );
});

const users = ['ann', 'bob', 'cy'] as const;
const made: fc.Arbitrary<Made> = fc
  .record({
    pair: fc.shuffledSubarray([...users], { minLength: 2, maxLength: 2 }),
    price: fc.constantFrom('99.99999999', '100', '0.00000003', '1234567890.12345678'),
    quantity: fc.integer({ min: 1, max: 20 }),
    item: fc.constantFrom('TCS', 'INFY'),
  })
  .map(({ pair: [buyer = '', seller = ''], ...rest }) => ({ buyer, seller, ...rest }));

test('whatever fails, repeats or races, each position is the sum of its trades', async () => {
  const trades = fc
    .array(fc.tuple(made, fc.boolean()), { minLength: 1, maxLength: 25, size: 'max' })
    .map((list) => ({ list: numbered(list.map(([one]) => one)), again: list.map(([, again]) => again) }));
  await fc.assert(
    fc.asyncProperty(trades, chaos, async ({ list, again }, script) => {
      const records = [...list, ...list.filter((_, index) => again[index])];
      const { of, rows, world } = await run(records, script);

      expect(world.dead.records).toEqual([]);
      for (const user of users) {
        for (const item of ['TCS', 'INFY']) {
          const own = list.filter((one) => one.item === item && [one.buyer, one.seller].includes(user));
          const expected = own.reduce(
            (holding, one) => book(holding, { ...one, side: one.buyer === user ? 'BUY' : 'SELL' }),
            flat,
          );
          expect(holdingOf(of(user, item))).toEqual(own.length === 0 ? undefined : expected);
          const row = rows
            .filter((one) => one.user === user && one.item === item)
            .sort((one, other) => one.revision - other.revision)
            .at(-1);
          expect(row?.quantity).toBe(own.length === 0 ? undefined : expected.quantity);
          expect(row?.realised_profit).toBe(own.length === 0 ? undefined : expected.realised);
        }
      }
    }),
    { numRuns: runs(60) },
  );
});
