import { hash } from 'node:crypto';
import type { Facts } from '../kafka/fold/fold';
import type { OrderCancelled, OrderCompleted, OrderDeclined, OrderFilled } from '../order/events';
import type { Order } from '../order/order';
import { finalTypes } from './event-types';

/** Data of `order#<id>/placed`. */
export interface Placement {
  /** `over`: its life was over before risk saw it. */
  readonly decision: 'approved' | 'rejected' | 'cancelled' | 'over';
  /** With its price fixed, if it was approved. */
  readonly order: Order;
  /** Where what is open of it is kept: in the user's row, or nowhere but in the facts of its end and its fills. */
  readonly kept: 'row' | 'facts';
}

/** What gives exposure back. */
export type Ending = OrderCompleted | OrderCancelled | OrderDeclined | OrderFilled;

export const placementKey = (orderId: string) => `order#${orderId}/placed`;
/** The first request that counts; each user's own, since whoever names an order may not be the one who placed it. */
export const cancelKey = (orderId: string, user: string) =>
  `order#${orderId}/cancel#${hash('sha1', user, 'base64url')}`;

export const endingKey = (event: Ending) =>
  event.type === 'order.filled'
    ? `order#${event.order_id}/filled#${event.trade_sequence}`
    : finalKey(event.order_id, event.type);

const finalKey = (orderId: string, type: string) => `order#${orderId}/${type}`;

export const orderKeys = (orderId: string, user: string) => [
  placementKey(orderId),
  cancelKey(orderId, user),
  ...finalTypes.map((type) => finalKey(orderId, type)),
];

export const placementOf = (facts: Facts, orderId: string) => facts.get(placementKey(orderId)) as Placement | undefined;

export const cancelAsked = (facts: Facts, orderId: string, user: string) =>
  facts.get(cancelKey(orderId, user)) !== undefined;

/** Whether an event that ends the order left a mark; what the user's row keeps is ended there and leaves none. */
export const isOver = (facts: Facts, orderId: string) =>
  finalTypes.some((type) => facts.get(finalKey(orderId, type)) !== undefined);
