import { FatalRecordError } from '../errors';
import { readEvent } from '../events/read-event';
import type { Consumer, Effect, KeyedEvent } from '../kafka/consume';
import type { Facts, Fold, Outcome, Step } from '../kafka/fold/fold';
import type { ConsumedRecord } from '../kafka/record';
import { type Allocate, type Cancel, makeEvent } from '../order/events';
import type { Change, LevelSummary } from './book';
import { type BookState, bookOf, emptyMarket } from './book-state';
import { type Match, match } from './match';
import { announceItem, announceOrder, announceTrade, type BookTopics } from './trades';

/** What is left of an order that met more counterparts than one step may fill. */
export interface Sweep {
  readonly type: 'sweep';
  readonly order: Allocate;
  readonly remaining: number;
}

export type BookEvent = Allocate | Cancel | Sweep;
type BookStep = Step<BookState, BookEvent>;

/** Fills in one step: some 150 records to publish, and a row of some ten kilobytes. */
export const FILLS_A_STEP = 50;

const allocationKey = (order_id: string) => `order#${order_id}/allocate`;
const cancellationKey = (order_id: string) => `order#${order_id}/cancel`;

/**
 * The order book of each item: price-time priority, limit orders, partial fills, cancels, self-trade prevention (see
 * {@link match}). State key: the item. The facts of an order say how each of its commands ended.
 *
 * A cancel that comes before its order is kept, and meets it: such an order never reaches the book.
 */
export function orderBookFold(topics: BookTopics, fillsAStep = FILLS_A_STEP): Fold<BookState, BookEvent> {
  return {
    initial: emptyMarket,
    mark: (event) => {
      if (event.type === 'sweep')
        throw new TypeError('A sweep is a further step of its order and has no mark of its own');
      return event.type === 'allocate' ? allocationKey(event.order_id) : cancellationKey(event.order_id);
    },
    reads: (event) => {
      if (event.type === 'sweep') return [];
      return [allocationKey(event.order_id), cancellationKey(event.order_id)];
    },
    apply: (state, event, facts) => {
      if (event.type === 'sweep') return place(state, event.order, event.remaining);
      refuseSecond(event, facts);
      if (event.type === 'cancel') return cancel(state, event, facts);
      if (facts.get(cancellationKey(event.order_id))) {
        const fact = { end: 'cancelled', remaining: event.quantity };
        return { state: at(state, event), fact, outcomes: [cancelled(event, event.quantity, 'cancel_requested')] };
      }
      return place(state, event, event.quantity);
    },
    current: (state, version, item) => currentMarket(state, version, item, topics),
  };

  /** Matches what remains of an order, and lets the rest wait. */
  function place(state: BookState, order: Allocate, open: number): BookStep {
    const book = bookOf(state);
    const { user, item, price } = order;
    const side = sideOf(order);
    const found = match(book, { user, side, price, remaining: open }, fillsAStep);
    const { fills, remaining, end } = found;
    const outcomes = fills.flatMap((fill, index) => announceTrade(order, fill, state.sequence + 1 + index, topics));
    const changes: Change[] = fills.map(({ maker, quantity }) => ['fill', maker.order_id, quantity]);
    if (end === 'rests') {
      changes.push(['rest', order.order_id, user, side, price, remaining]);
      outcomes.push(announceOrder(makeEvent('order.resting', order, { ...order, item, remaining }), topics));
    }
    if (end === 'self_trade') outcomes.push(cancelled(order, remaining, 'self_trade'));

    // All is decided; from here on nothing can fail.
    for (const change of changes) book.change(change);
    return {
      state: { ...at(state, order), ...traded(state, found), revision: book.revision },
      fact: { end, remaining, trades: [state.sequence + 1, state.sequence + fills.length] },
      outcomes,
      ...(end === 'goes_on' ? { rest: { type: 'sweep', order, remaining } as const } : {}),
    };
  }

  /** Takes what remains of an order out of the book. */
  function cancel(state: BookState, event: Cancel, facts: Facts): BookStep {
    const book = bookOf(state);
    const resting = book.get(event.order_id);
    if (resting) {
      const { remaining } = resting;
      const outcomes = [cancelled(event, remaining, 'cancel_requested')];
      book.change(['drop', event.order_id]);
      return {
        state: { ...at(state, event), revision: book.revision },
        fact: { end: 'cancelled', remaining },
        outcomes,
      };
    }
    if (!facts.get(allocationKey(event.order_id))) return { state: at(state, event), fact: { end: 'waits' } };
    const reason = 'nothing_remains';
    const refused = makeEvent('order.cancel_refused', event, { ...event, remaining: 0, reason });
    return { state: at(state, event), fact: { end: 'refused', reason }, outcomes: [announceOrder(refused, topics)] };
  }

  function cancelled(event: Allocate | Cancel, remaining: number, reason: string): Outcome {
    return announceOrder(makeEvent('order.cancelled', event, { ...event, remaining, reason }), topics);
  }
}

const at = (state: BookState, { time }: { readonly time: string }): BookState => ({ ...state, time });

function traded(state: BookState, { fills }: Match) {
  const last = fills.at(-1);
  return {
    sequence: state.sequence + fills.length,
    volume: fills.reduce((sum, { quantity }) => sum + BigInt(quantity), state.volume),
    lastPrice: last ? last.maker.price : state.lastPrice,
  };
}

/** One order, one allocation and one cancel: another event under the same mark is somebody's mistake. */
function refuseSecond(event: Allocate | Cancel, facts: Facts): void {
  const mark = event.type === 'allocate' ? allocationKey(event.order_id) : cancellationKey(event.order_id);
  if (facts.get(mark) === undefined) return;
  throw new FatalRecordError('order_id_conflict', `Order ${event.order_id} had another ${event.type} before`);
}

function sideOf({ side, order_id }: Allocate): 'BUY' | 'SELL' {
  if (side) return side;
  throw new FatalRecordError('no_side', `Order ${order_id} has no side, which the order book needs`);
}

function currentMarket(state: BookState, revision: number, item: string, topics: BookTopics): Outcome | undefined {
  if (state.time === undefined) return undefined;
  const [bid, ask] = [state.book.level('BUY'), state.book.level('SELL')];
  const event = makeEvent(
    'market.updated',
    { time: state.time },
    {
      item,
      revision,
      sequence: state.sequence,
      volume: String(state.volume),
      last_price: state.lastPrice,
      best_bid: bid && quoted(bid),
      best_ask: ask && quoted(ask),
    },
  );
  return announceItem(event, topics.marketData);
}

const quoted = ({ price, quantity }: Pick<LevelSummary, 'price' | 'quantity'>) => ({ price, quantity });

/** @param effect {@link orderBookFold}, folded into a store of books */
export const createOrderBook = (effect: Effect<BookEvent>): Consumer<BookEvent> => ({
  name: 'order-book',
  split,
  effect,
});

/** Orders without a side belong to inventory; the mapping's filter keeps them away, but a replay may not. */
function split(record: ConsumedRecord): KeyedEvent<BookEvent>[] {
  const event = readEvent(record);
  if ((event.type === 'allocate' || event.type === 'cancel') && event.side) {
    return [{ key: event.item, id: event.event_id, event }];
  }
  return [];
}
