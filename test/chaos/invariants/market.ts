import { NaiveBook } from '../../lambdas/order-book/naive-book';
import { type Invariant, type Picture, type Story, storyOf } from '../picture';
import { remainingOf } from './money';

/** An item's commands, each once, in the order in which they came to its partition. */
function replayed(story: Story, item: string): { book: NaiveBook; ids: readonly string[] } {
  const book = new NaiveBook();
  const ids: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (id: string) => {
    const known = numbers.get(id) ?? ids.push(id) - 1;
    numbers.set(id, known);
    return known;
  };
  for (const event of story.events) {
    if ((event.type !== 'allocate' && event.type !== 'cancel') || event.item !== item || !event.side) continue;
    const n = numberOf(event.order_id);
    const { user, side, price, quantity } = event;
    book.do(event.type === 'cancel' ? { kind: 'cancel', n } : { kind: 'allocate', n, user, side, price, quantity });
  }
  return { book, ids };
}

const instruments = (story: Story) => new Set(story.of('allocate').flatMap(({ item, side }) => (side ? [item] : [])));

/** Price, then time: the very trades that a plain book makes of the same commands, numbered without a gap. */
export const tradesAreThoseOfAPlainBook: Invariant = (picture) => {
  const story = storyOf(picture);
  return [...instruments(story)].flatMap((item) => {
    const { book, ids } = replayed(story, item);
    const trades = story.of('trade.executed').filter((trade) => trade.item === item);
    const told = [...trades]
      .sort((one, other) => one.sequence - other.sequence)
      .map((t) => `${t.sequence}: ${t.buy_order_id} buys ${t.quantity} of ${t.sell_order_id} at ${t.price}`);
    const wanted = book.trades.map(({ price, quantity, taker, maker }, index) => {
      const [buy, sell] = taker.side === 'BUY' ? [taker, maker] : [maker, taker];
      return `${index + 1}: ${ids[buy.n]} buys ${quantity} of ${ids[sell.n]} at ${price}`;
    });
    return differences(told, wanted, (trade) => `Trade of ${item} ${trade}`);
  });
};

/** The book holds what a plain book is left with, which is what the orders' events say is open. */
export const booksHoldWhatRests: Invariant = (picture) => {
  const story = storyOf(picture);
  return [...instruments(story)].flatMap((item) => {
    const { book, ids } = replayed(story, item);
    const line = (id: string | undefined, remaining: number) => `${id} with ${remaining}`;
    const held = (picture.books.get(item)?.resting ?? []).map(({ order_id, remaining }) => line(order_id, remaining));
    const wanted = book.waiting.map(({ n, remaining }) => line(ids[n], remaining));
    const open = story.of('order.approved').flatMap(({ order_id, item: of, side, quantity }) => {
      const remaining = side && of === item ? remainingOf(story.ofOrder(order_id), quantity) : 0;
      return remaining > 0 ? [line(order_id, remaining)] : [];
    });
    return [
      ...differences(held, wanted, (order) => `In the book of ${item} order ${order}`),
      ...differences(open, wanted, (order) => `By the events of ${item} order ${order}`),
    ];
  });
};

/** Every trade filled a buyer and a seller, by the same quantity at the same price, no worse than their limits. */
export const everyTradeFillsTwoOrders: Invariant = (picture) => {
  const story = storyOf(picture);
  const line = (id: string, { quantity, price }: { quantity: number; price: string }, item: string, sequence: number) =>
    `${id} by ${quantity} at ${price} in trade ${sequence} of ${item}`;
  const fills = story.of('order.filled').map((fill) => line(fill.order_id, fill, fill.item, fill.trade_sequence));
  const sides = story
    .of('trade.executed')
    .flatMap((trade) =>
      [trade.buy_order_id, trade.sell_order_id].map((id) => line(id, trade, trade.item, trade.sequence)),
    );
  return [...differences(fills, sides, (fill) => `A fill of order ${fill}`), ...worseThanTheirLimit(story)];
};

function worseThanTheirLimit(story: Story): string[] {
  const approved = new Map(story.of('order.approved').map((order) => [order.order_id, order]));
  return story.of('order.filled').flatMap(({ order_id, price, trade_sequence }) => {
    const order = approved.get(order_id);
    const [limit, paid] = [Number(order?.price), Number(price)];
    const good = order?.side === 'BUY' ? paid <= limit : paid >= limit;
    return good ? [] : [`Order ${order_id}, ${order?.side} at ${limit}, traded at ${paid} in ${trade_sequence}`];
  });
}

/** What users hold is what their trades come to, and so is what risk believes they hold. */
export const positionsAreSumsOfTrades: Invariant = (picture) => {
  const story = storyOf(picture);
  const sums = new Map<string, bigint>();
  const count = (user: string, item: string, quantity: number) => {
    const key = `${user}'s position in ${item}`;
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(quantity));
  };
  for (const { buyer, seller, item, quantity } of story.of('trade.executed')) {
    count(buyer, item, quantity);
    count(seller, item, -quantity);
  }
  const wanted = [...sums].filter(([, quantity]) => quantity !== 0n).map(([key, quantity]) => `${key} of ${quantity}`);
  return [
    ...differences(heldByPosition(picture), wanted, (position) => position),
    ...differences(heldByRisk(picture), wanted, (position) => `For risk ${position}`),
  ];
};

const heldByPosition = ({ positions }: Picture) =>
  positions
    .filter(({ quantity }) => quantity !== '0')
    .map(({ user, item, quantity }) => `${user}'s position in ${item} of ${quantity}`);

const heldByRisk = ({ exposures }: Picture) =>
  [...exposures].flatMap(([user, { items }]) =>
    Object.entries(items)
      .filter(([, { held }]) => held !== 0)
      .map(([item, { held }]) => `${user}'s position in ${item} of ${held}`),
  );

/** Compares two lists in which order does not matter and a repeat does. */
export function differences(
  told: readonly string[],
  wanted: readonly string[],
  sentence: (entry: string) => string,
): string[] {
  const counts = new Map<string, number>();
  for (const entry of told) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  for (const entry of wanted) counts.set(entry, (counts.get(entry) ?? 0) - 1);
  return [...counts].flatMap(([entry, count]) => {
    if (count === 0) return [];
    return [`${sentence(entry)} is there ${count > 0 ? `${count} times too often` : `${-count} times too few`}`];
  });
}
