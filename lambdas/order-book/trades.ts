import { outcomeOf } from '../events/outcome';
import type { Outcome } from '../kafka/fold/fold';
import { type Allocate, makeEvent, type OrderflowEvent } from '../order/events';
import type { Fill } from './match';

export interface BookTopics {
  readonly events: string;
  readonly trades: string;
  readonly marketData: string;
}

const SOURCE = '/orderflow/order-book';

/** An event of an order, on its way to order-events. */
export const announceOrder = (event: Extract<OrderflowEvent, { order_id: string }>, topics: BookTopics): Outcome =>
  outcomeOf(event, topics.events, event.order_id, SOURCE);

/** An event of an item: a trade, or the state of its market. */
export const announceItem = (event: Extract<OrderflowEvent, { item: string }>, topic: string): Outcome =>
  outcomeOf(event, topic, event.item, SOURCE);

/** What a fill says to the world: that either order was filled, and that there was a trade. */
export function announceTrade(taker: Allocate, fill: Fill, sequence: number, topics: BookTopics): Outcome[] {
  const { maker, quantity, makerRemaining, takerRemaining } = fill;
  const trade = { item: taker.item, quantity, price: maker.price, trade_sequence: sequence };
  const takerSide = taker.side as 'BUY' | 'SELL';
  const [buy, sell] = takerSide === 'BUY' ? [taker, maker] : [maker, taker];
  return [
    announceOrder(
      makeEvent('order.filled', taker, {
        ...trade,
        order_id: maker.order_id,
        user: maker.user,
        side: maker.side,
        remaining: makerRemaining,
      }),
      topics,
    ),
    announceOrder(
      makeEvent('order.filled', taker, {
        ...trade,
        order_id: taker.order_id,
        user: taker.user,
        side: takerSide,
        remaining: takerRemaining,
      }),
      topics,
    ),
    announceItem(
      makeEvent('trade.executed', taker, {
        item: taker.item,
        sequence,
        price: maker.price,
        quantity,
        buy_order_id: buy.order_id,
        buyer: buy.user,
        sell_order_id: sell.order_id,
        seller: sell.user,
        taker: takerSide,
      }),
      topics.trades,
    ),
  ];
}
