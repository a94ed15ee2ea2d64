import type { Announcer } from '../events/outcome';
import { readEvent, readOrder, timeOf } from '../events/read-event';
import type { Consumer, Effect, KeyedEvent } from '../kafka/consume';
import type { Fold } from '../kafka/fold/fold';
import type { ConsumedRecord } from '../kafka/record';
import { digestOf } from '../order/digest';
import { type CancelRequested, eventId } from '../order/events';
import { end } from './end';
import { type Exposure, noExposure, openInRow } from './exposure';
import { type Ending, endingKey, orderKeys, placementKey } from './order-facts';
import { ORDERS_IN_ROW, type Placed, place } from './place';
import { mayCancel, requestCancel } from './request-cancel';
import { defaultTerms } from './terms';

export type RiskEvent = Placed | CancelRequested | Ending;

/**
 * Admits orders within their user's limits, and gives exposure back when they end.
 *
 * State key: the user. Whatever the order in which placements, requests, fills and ends come, a user's open notional is
 * what their open orders come to, and zero when all are final.
 */
export function riskFold(announce: Announcer, ordersInRow = ORDERS_IN_ROW): Fold<Exposure, RiskEvent> {
  return {
    initial: () => noExposure,
    mark: (event) => {
      switch (event.type) {
        case 'placed':
          return placementKey(event.order.order_id);
        case 'order.cancel_requested':
          return `order#${event.order_id}/asked#${requestId(event)}`;
        default:
          return endingKey(event);
      }
    },
    reads: (event, _, state) => {
      if (event.type === 'placed') return state.overtaken ? orderKeys(event.order.order_id, event.order.user) : [];
      return openInRow(state, event.order_id) !== undefined && event.type !== 'order.cancel_requested'
        ? [placementKey(event.order_id)]
        : orderKeys(event.order_id, event.user);
    },
    apply: (state, event, facts) => {
      switch (event.type) {
        case 'placed':
          return place(state, event, facts, announce, ordersInRow);
        case 'order.cancel_requested':
          return requestCancel(state, event, facts, announce);
        default:
          return end(state, event, facts);
      }
    },
  };
}

/** @param ordersTopic where orders stand bare; events of every other topic have an envelope. */
export const createRisk = (effect: Effect<RiskEvent>, ordersTopic: string): Consumer<RiskEvent> => ({
  name: 'risk',
  split: (record) => (record.topic === ordersTopic ? [placed(record)] : happened(record)),
  effect,
});

const userKey = (user: string) => `user#${user}`;
const requestId = ({ type, order_id, user, requested_by }: CancelRequested) =>
  eventId(type, order_id, user, requested_by);

function placed(record: ConsumedRecord): KeyedEvent<RiskEvent> {
  const order = readOrder(record);
  return {
    key: userKey(order.user),
    id: `${order.order_id} ${digestOf(order)}`,
    event: { type: 'placed', order, time: timeOf(record), terms: defaultTerms },
  };
}

function happened(record: ConsumedRecord): KeyedEvent<RiskEvent>[] {
  const event = readEvent(record);
  switch (event.type) {
    case 'order.cancel_requested':
      return mayCancel(event) ? [{ key: userKey(event.user), id: requestId(event), event }] : [];
    case 'order.completed':
    case 'order.declined':
    case 'order.cancelled':
    case 'order.filled':
      return [{ key: userKey(event.user), id: endingKey(event), event }];
    default:
      return [];
  }
}
