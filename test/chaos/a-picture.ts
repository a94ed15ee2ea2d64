import { contributionOf } from '../../lambdas/analytics/contribution';
import { noFigures, sumFigures } from '../../lambdas/analytics/figures';
import { chargePostings } from '../../lambdas/billing/ledger';
import { noStock } from '../../lambdas/inventory/stock';
import { type EventOf, type EventType, makeEvent, type OrderflowEvent } from '../../lambdas/order/events';
import { placementEventId } from '../../lambdas/order/ids';
import type { Order } from '../../lambdas/order/order';
import type { Exposure } from '../../lambdas/risk/exposure';
import type { LoggedRecord, Picture } from './picture';

const TIME = '2026-11-21T10:00:00.000Z';

export const burger: Order = {
  order_id: '00000000-0000-4000-a000-000000000001',
  user: 'john',
  item: 'burger',
  quantity: 2,
  price: '4.5',
};
/** Waits: there is one, and it takes three. */
export const lobster: Order = { ...burger, order_id: burger.order_id.replace(/1$/, '2'), item: 'lobster', quantity: 3 };
export const sell: Order = {
  order_id: burger.order_id.replace(/1$/, '3'),
  user: 'bob',
  item: 'TCS',
  side: 'SELL',
  quantity: 100,
  price: '3200',
};
/** Takes forty of the hundred, and is filled. */
export const buy: Order = {
  ...sell,
  order_id: burger.order_id.replace(/1$/, '4'),
  user: 'mary',
  side: 'BUY',
  quantity: 40,
};
/** A record of `orders` that is no order. */
export const POISON = 'not JSON';

const event = <T extends EventType>(type: T, payload: object) =>
  makeEvent(type, { time: TIME }, { payment_id: 'p', ...payload } as unknown as Parameters<typeof makeEvent<T>>[2]);
const approval = (order: Order) => [event('order.approved', order), event('allocate', order)];
const fill = (order: Order, remaining: number) =>
  event('order.filled', { ...order, quantity: 40, price: '3200', remaining, trade_sequence: 1 });

const events: readonly OrderflowEvent[] = [
  ...[burger, lobster, sell, buy].flatMap(approval),
  event('stock.received', { item: 'burger', delta: 10, receipt_id: 'one' }),
  event('stock.received', { item: 'lobster', delta: 1, receipt_id: 'two' }),
  event('order.reserved', burger),
  event('order.charged', { ...burger, amount: '9' }),
  event('order.completed', burger),
  event('order.backordered', lobster),
  event('order.resting', { ...sell, remaining: 100 }),
  fill(sell, 60),
  fill(buy, 0),
  event('trade.executed', {
    item: 'TCS',
    sequence: 1,
    price: '3200',
    quantity: 40,
    buy_order_id: buy.order_id,
    buyer: 'mary',
    sell_order_id: sell.order_id,
    seller: 'bob',
    taker: 'BUY',
  }),
];

const topicOf = ({ type }: OrderflowEvent) =>
  type.startsWith('order.') ? 'order-events' : type === 'trade.executed' ? 'trades' : 'order-commands';

export const logged = (topic: string, value: object | string, offset: number): LoggedRecord => ({
  topic,
  place: `${topic}-0@${offset}`,
  value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});

/** A system at rest in which all is well: one order completed, one that waits for stock, two that traded. */
export function aPicture(): Picture {
  const own = (order: Order) => events.filter((one) => topicOf(one) === 'order-events' && idOf(one) === order.order_id);
  const orders = [burger, lobster, sell, buy];
  return {
    asked: {
      outcomes: new Map([
        [burger.order_id, ['completed']],
        [lobster.order_id, ['backordered']],
        [sell.order_id, ['partially_filled']],
        [buy.order_id, ['filled']],
      ]),
      refusals: [],
    },
    log: [...orders, POISON]
      .map((value, offset) => logged('orders', value, offset))
      .concat(events.map((one, offset) => logged(topicOf(one), one, offset))),
    deadLetters: ['tracker', 'risk'].map((consumer) => ({ consumer, place: 'orders-0@4', code: 'invalid_order' })),
    timelines: new Map(
      orders.map((order) => [
        order.order_id,
        [{ type: 'order.placed', event_id: placementEventId(order.order_id) }, ...own(order)],
      ]),
    ),
    exposures: new Map<string, Exposure>([
      ['john', { notional: '13.5', open: {}, items: {}, early: {} }],
      ['bob', { notional: '192000', open: {}, items: { TCS: { held: -40, selling: 60 } }, early: {} }],
      ['mary', { notional: '0', open: {}, items: { TCS: { held: 40, selling: 0 } }, early: {} }],
    ]),
    stocks: new Map([
      ['burger', { ...noStock, available: 8 }],
      ['lobster', { ...noStock, available: 1, tail: 1 }],
    ]),
    queues: new Map([['lobster', [lobster]]]),
    ledger: new Map([
      [burger.order_id, { charge: { result: 'charged', amount: '9', quantity: 2, postings: chargePostings('9') } }],
    ]),
    payments: new Map([[burger.order_id, { status: 'charged', amount: '9', refunded: false }]]),
    books: new Map([['TCS', { sequence: 1, resting: [{ ...sell, side: 'SELL', price: '3200', remaining: 60 }] }]]),
    positions: [
      { user: 'bob', item: 'TCS', quantity: '-40' },
      { user: 'mary', item: 'TCS', quantity: '40' },
    ],
    analytics: sumFigures([noFigures, ...events.flatMap((one) => contributionOf(one) ?? [])]),
    lines: events
      .filter(({ type }) => ['order.charged', 'order.filled'].includes(type))
      .map(({ event_id }) => event_id),
    archive: [],
    unfinished: [],
  };
}

const idOf = (one: OrderflowEvent) => ('order_id' in one ? one.order_id : undefined);

/** One event more in the log. */
export const withEvent = <T extends EventType>(picture: Picture, type: T, payload: object): Picture => {
  const more: EventOf<T> = event(type, payload);
  return { ...picture, log: [...picture.log, logged(topicOf(more), more, picture.log.length)] };
};

/** Without the events of a type. */
export const without = (picture: Picture, type: EventType): Picture => ({
  ...picture,
  log: picture.log.filter(({ value }) => !value?.includes(`"type":"${type}"`)),
});
