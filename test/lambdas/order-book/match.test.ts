import { OrderBook, SelfTradePreventionMode, Side } from 'nodejs-order-book';
import { Book } from '../../../lambdas/order-book/book';
import { match } from '../../../lambdas/order-book/match';
import { runs } from '../../runs';

/** A small generator of random numbers, so that a book of thousands is the same in each run (https://prng.di.unimi.it). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Placed {
  readonly id: string;
  readonly user: string;
  readonly side: 'BUY' | 'SELL';
  readonly price: string;
  readonly quantity: number;
}

/** Our book, told to match one order and to let the rest wait. */
function place(book: Book, { id, user, side, price, quantity }: Placed) {
  const { fills, remaining, end } = match(book, { user, side, price, remaining: quantity }, Number.POSITIVE_INFINITY);
  for (const fill of fills) book.change(['fill', fill.maker.order_id, fill.quantity]);
  if (end === 'rests') book.change(['rest', id, user, side, price, remaining]);
  return { end, remaining, traded: fills.reduce((sum, fill) => sum + fill.quantity, 0) };
}

/** Orders of a side, best price first, oldest first. */
const queueOf = (book: Book, side: 'BUY' | 'SELL') =>
  [...book.orders(side)].map(({ order_id, price, remaining }) => `${order_id} ${remaining} at ${Number(price)}`).sort();

const theirQueueOf = (book: OrderBook) => {
  const { asks, bids } = book.snapshot();
  const lines = (side: typeof asks) =>
    side.flatMap(({ price, orders }) => orders.map(({ id, size }) => `${id} ${size} at ${price}`)).sort();
  return { SELL: lines(asks), BUY: lines(bids) };
};

const theirs = (side: 'BUY' | 'SELL') => (side === 'BUY' ? Side.BUY : Side.SELL);

test.each([1, 2, 3])('matches as an independent order book does, on a random market (%i)', (seed) => {
  const random = randomFrom(seed);
  const [ours, other] = [new Book(), new OrderBook()];
  const ids: string[] = [];
  const orders = runs(2_000);

  for (let number = 0; number < orders; number++) {
    if (random(5) === 0 && ids.length > 0) {
      const id = ids[random(ids.length)] as string;
      const resting = ours.get(id);
      const cancelled = other.cancel(id);
      expect(cancelled?.order.size).toBe(resting?.remaining);
      if (resting) ours.change(['drop', id]);
      continue;
    }
    const side = random(2) === 0 ? 'BUY' : 'SELL';
    // Each user stands on one side, so that nobody meets themselves.
    const price = String(100 + (random(400) - 200 + (side === 'BUY' ? -40 : 40)) / 8);
    const order: Placed = { id: `o${number}`, user: side, side, price, quantity: 1 + random(500) };
    ids.push(order.id);

    const { remaining, traded } = place(ours, order);
    const answer = other.limit({ id: order.id, side: theirs(side), size: order.quantity, price: Number(price) });

    expect(answer.err).toBeNull();
    expect(order.quantity - remaining).toBe(traded);
    const filled = [...answer.done, ...(answer.partial ? [answer.partial] : [])].map(({ id }) => id);
    // Theirs lists what is used up and the order that is left with a part: none of them may rest with another quantity.
    for (const id of filled) expect(ours.get(id)?.remaining ?? 0).toBe(other.order(id)?.size ?? 0);
    if (number % 50 === 49) {
      expect({ SELL: queueOf(ours, 'SELL'), BUY: queueOf(ours, 'BUY') }).toEqual(theirQueueOf(other));
    }
  }
  expect(ours.size).toBeGreaterThan(orders / 20);
});

test('meets its own user as Binance says of EXPIRE_TAKER: the newer order goes, the older one stays', () => {
  const [ours, other] = [new Book(), new OrderBook()];
  place(ours, { id: 'a', user: 'ann', side: 'SELL', price: '100', quantity: 5 });
  other.limit({ id: 'a', side: Side.SELL, size: 5, price: 100, accountId: 'ann' });

  const { end, remaining } = place(ours, { id: 'b', user: 'ann', side: 'BUY', price: '100', quantity: 9 });
  const stpMode = SelfTradePreventionMode.EXPIRE_TAKER;
  other.limit({ id: 'b', side: Side.BUY, size: 9, price: 100, accountId: 'ann', stpMode });

  expect([end, remaining]).toEqual(['self_trade', 9]);
  expect({ SELL: queueOf(ours, 'SELL'), BUY: queueOf(ours, 'BUY') }).toEqual(theirQueueOf(other));
});

test('compares prices exactly where doubles are equal', () => {
  const book = new Book();
  place(book, { id: 'ask', user: 'ann', side: 'SELL', price: '1000000000.00000001', quantity: 1 });

  expect(place(book, { id: 'low', user: 'bob', side: 'BUY', price: '1000000000', quantity: 1 }).end).toBe('rests');
  expect(place(book, { id: 'high', user: 'bob', side: 'BUY', price: '1000000000.00000001', quantity: 1 }).end).toBe(
    'filled',
  );
});

test('a step stops at its limit, and only when there is more to match', () => {
  const book = new Book();
  for (const id of ['a', 'b', 'c']) place(book, { id, user: 'ann', side: 'SELL', price: '100', quantity: 1 });
  const taker = { user: 'bob', side: 'BUY', price: '100' } as const;

  expect(match(book, { ...taker, remaining: 3 }, 2)).toMatchObject({ end: 'goes_on', remaining: 1 });
  expect(match(book, { ...taker, remaining: 2 }, 2)).toMatchObject({ end: 'filled', remaining: 0 });
  expect(match(book, { ...taker, remaining: 4 }, 3)).toMatchObject({ end: 'rests', remaining: 1 });
});
