import * as fc from 'fast-check';
import { UnknownEventError } from '../../../lambdas/errors';
import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import type { Allocate, MarketUpdated, OrderflowEvent } from '../../../lambdas/order/events';
import { makeEvent } from '../../../lambdas/order/events';
import type { BookState } from '../../../lambdas/order-book/book-state';
import { createDynamoBookStore } from '../../../lambdas/order-book/dynamo-book-store';
import { createOrderBook, orderBookFold } from '../../../lambdas/order-book/order-book';
import { runs } from '../../runs';
import { calm, chaos, deliver, publishedEvents, recordOf, World } from '../chaos';
import { eventOf, market, orderId, TIME, wordsOf } from './commands';
import { MemoryDynamo } from './memory-dynamo';
import { type Command, NaiveBook } from './naive-book';

const topics = { events: 'order-events', trades: 'trades', marketData: 'market-data' };
/** Small enough that a test meets the ends of all: of a step, of the log, of a piece. */
const small = { ring: 6, leastChanges: 8, pieceBytes: 250 };

const buy = (n: number, quantity: number, price = '100', user = 'ann'): Command => ({
  kind: 'allocate',
  n,
  user,
  side: 'BUY',
  price,
  quantity,
});
const sell = (n: number, quantity: number, price = '100', user = 'bob'): Command => ({
  kind: 'allocate',
  n,
  user,
  side: 'SELL',
  price,
  quantity,
});
const cancel = (n: number): Command => ({ kind: 'cancel', n });

async function run(commands: readonly Command[], script = calm) {
  const world = new World(script);
  const dynamo = new MemoryDynamo({ trouble: () => world.trouble(), turn: () => world.turn() });
  const environment = () => {
    const store = createDynamoBookStore(dynamo.client, 'books', small);
    const effect = foldThenWrite(orderBookFold(topics, 3), { store, publisher: world.publisher });
    return createOrderBook(effect);
  };
  const records = commands.map((command) => recordOf('order-commands', eventOf(command, commands)));
  await deliver(records, [environment(), environment()], world);
  const events = publishedEvents<OrderflowEvent>(world.publisher);
  const steady = new MemoryDynamo();
  for (const [place, item] of dynamo.items) steady.items.set(place, item);
  const states = await createDynamoBookStore(steady.client, 'books', small).loadStates(['TCS']);
  return {
    world,
    events,
    told: events.filter(({ type }) => type !== 'market.updated').map(wordsOf),
    market: events.filter((event): event is MarketUpdated => event.type === 'market.updated'),
    state: states.get('TCS')?.state as BookState,
  };
}

const waitingIn = ({ book }: BookState) =>
  [...book.orders('BUY'), ...book.orders('SELL')].map(({ order_id, remaining }) => [
    Number(order_id.slice(-12)),
    remaining,
  ]);

function model(commands: readonly Command[]): NaiveBook {
  const book = new NaiveBook();
  for (const command of commands) book.do(command);
  return book;
}

test('an order rests, a counterpart takes a part of it, at the price of the order that rested', async () => {
  const { told, market } = await run([buy(1, 10, '101'), sell(2, 4, '99')]);
  expect(told).toEqual([
    '1 resting 10',
    '1 filled 4 at 101 in 1, 6 left',
    '2 filled 4 at 101 in 1, 0 left',
    'trade 1: 4 at 101',
  ]);
  expect(market).toMatchObject([
    { revision: 1, sequence: 1, volume: '4', last_price: '101', best_bid: { price: '101', quantity: 6 } },
  ]);
});

test('a trade names both orders, both users and who came last', async () => {
  const { events } = await run([sell(1, 5), buy(2, 5)]);
  expect(events.find(({ type }) => type === 'trade.executed')).toMatchObject({
    buy_order_id: orderId(2),
    buyer: 'ann',
    sell_order_id: orderId(1),
    seller: 'bob',
    taker: 'BUY',
    item: 'TCS',
    time: TIME,
  });
});

test('the best price is first, and in it the oldest order', async () => {
  const { told } = await run([sell(1, 1, '100'), sell(2, 1, '99'), sell(3, 1, '99'), buy(4, 3, '100')]);
  expect(told.filter((line) => line.startsWith('trade') || line.startsWith('4 '))).toHaveLength(6);
  expect(told.filter((line) => / left$/.test(line) && !line.startsWith('4')).map((line) => line[0])).toEqual([
    '2',
    '3',
    '1',
  ]);
});

test('a user does not trade with themselves: the newer order ends there, and its fills before that stand', async () => {
  const { told, state } = await run([sell(1, 2, '99'), sell(2, 5, '100', 'ann'), buy(3, 9, '100')]);
  expect(told.slice(2)).toEqual([
    '1 filled 2 at 99 in 1, 0 left',
    '3 filled 2 at 99 in 1, 7 left',
    'trade 1: 2 at 99',
    '3 cancelled 7 self_trade',
  ]);
  expect(waitingIn(state)).toEqual([[2, 5]]);
});

test('a cancel takes what remains, once', async () => {
  const { told, state } = await run([buy(1, 10), sell(2, 4), cancel(1), cancel(1)]);
  expect(told.at(-1)).toBe('1 cancelled 6 cancel_requested');
  expect(state.book.size).toBe(0);
});

test('a cancel of an order with nothing left is refused', async () => {
  const { told } = await run([buy(1, 4), sell(2, 4), cancel(1)]);
  expect(told.at(-1)).toBe('1 cancel_refused 0 nothing_remains');
});

test('a cancel that comes before its order is kept, and meets it', async () => {
  const { told } = await run([sell(2, 4), cancel(1), buy(1, 4)]);
  expect(told).toEqual(['2 resting 4', '1 cancelled 4 cancel_requested']);
});

test('an order that sweeps the book goes on in steps, and what comes after it waits', async () => {
  const makers = Array.from({ length: 20 }, (_, n) => sell(n, 1, String(100 + n)));
  const { told, state, market } = await run([...makers, buy(50, 25, '200'), sell(51, 1, '1', 'cy')]);
  expect(told.filter((line) => line.startsWith('trade'))).toHaveLength(21);
  expect(told).toContain('50 resting 5');
  expect(told.at(-1)).toBe('trade 21: 1 at 200');
  expect(waitingIn(state)).toEqual([[50, 4]]);
  expect(market).toHaveLength(1);
});

test('another allocation under the same order id goes to the dead letters', async () => {
  const world = new World(calm);
  const store = createDynamoBookStore(new MemoryDynamo().client, 'books');
  const effect = foldThenWrite(orderBookFold(topics), { store, publisher: world.publisher });
  const event = eventOf(buy(1, 4), [buy(1, 4)]);
  const other = {
    ...event,
    event_id: makeEvent('cancel', { time: TIME }, event as unknown as Allocate).event_id,
    quantity: 9,
  };

  const [, error] = await effect.absorb(
    [event, other].map((one) => ({ key: 'TCS', id: one.event_id, event: one as unknown as Allocate })),
    { remainingMs: () => 1_000, pause: async () => {}, signal: new AbortController().signal },
  );

  expect(error).toMatchObject({ code: 'order_id_conflict' });
});

test('orders without a side and events that mean nothing here are not for the book', () => {
  const consumer = createOrderBook({ absorb: async () => [] });
  const { side, ...sideless } = eventOf(buy(1, 4), [buy(1, 4)]);
  expect(consumer.split(recordOf('order-commands', sideless))).toEqual([]);
  const received = makeEvent('stock.received', { time: TIME }, { item: 'TCS', delta: 1, receipt_id: 'r' });
  expect(consumer.split(recordOf('order-commands', received))).toEqual([]);
  expect(() => consumer.split(recordOf('order-commands', { type: 'order.teleported' }))).toThrow(UnknownEventError);
  expect(side).toBe('BUY');
});

test('whatever fails, repeats or races, the book ends as a simple one does, and says the same', async () => {
  await fc.assert(
    fc.asyncProperty(market, chaos, async (commands, script) => {
      const expected = model(commands);
      const { told, state, market: rows, world } = await run(commands, script);

      expect(world.dead.records).toEqual([]);
      // Repeats aside, also the order of what is said is that of the simple book.
      expect(told).toEqual(expected.told);
      expect(waitingIn(state).sort()).toEqual(expected.waiting.map(({ n, remaining }) => [n, remaining]).sort());
      expect(state.sequence).toBe(expected.trades.length);
      expect(state.volume).toBe(BigInt(expected.trades.reduce((sum, { quantity }) => sum + quantity, 0)));
      const newest = rows.sort((one, other) => one.revision - other.revision).at(-1);
      expect(newest).toMatchObject({
        sequence: expected.trades.length,
        volume: String(state.volume),
        ...(state.book.level('BUY') && { best_bid: { price: state.book.level('BUY')?.price } }),
      });
    }),
    { numRuns: runs(150) },
  );
});

test('no trade crosses a better price, quantities balance and sequences have no gaps', async () => {
  await fc.assert(
    fc.asyncProperty(market, async (commands) => {
      const { events, state } = await run(commands);
      const orders = new Map(
        commands.flatMap((command) => (command.kind === 'allocate' ? [[orderId(command.n), command] as const] : [])),
      );
      const left = new Map([...orders].map(([id, { quantity }]) => [id, quantity]));
      const trades = events.filter((event) => event.type === 'trade.executed');
      trades.forEach((trade, index) => {
        expect(trade.sequence).toBe(index + 1);
        const [bid, ask] = [orders.get(trade.buy_order_id), orders.get(trade.sell_order_id)];
        expect(Number(bid?.price)).toBeGreaterThanOrEqual(Number(trade.price));
        expect(Number(ask?.price)).toBeLessThanOrEqual(Number(trade.price));
        expect(trade.buyer).not.toBe(trade.seller);
        for (const id of [trade.buy_order_id, trade.sell_order_id]) left.set(id, (left.get(id) ?? 0) - trade.quantity);
      });
      for (const event of events) {
        if (event.type === 'order.cancelled')
          left.set(event.order_id, (left.get(event.order_id) ?? 0) - event.remaining);
      }
      // What was ordered = what was traded + what was cancelled + what rests.
      for (const [id, quantity] of left) expect(state.book.get(id)?.remaining ?? 0).toBe(quantity);
      const [bid, ask] = [state.book.level('BUY'), state.book.level('SELL')];
      if (bid && ask) expect(Number(bid.price)).toBeLessThan(Number(ask.price));
    }),
    { numRuns: runs(100) },
  );
});
