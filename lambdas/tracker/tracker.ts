import { readEvent, readOrder } from '../events/read-event';
import type { Consumer, KeyedEvent } from '../kafka/consume';
import type { ConsumedRecord } from '../kafka/record';
import { type RowStore, writeRows } from '../kafka/rows/write-rows';
import type { Log } from '../logger';
import { digestOf } from '../order/digest';
import { placementEventId } from '../order/ids';
import { describeOrder, type Order } from '../order/order';
import { placementRow } from './placement-row';
import { rowsOf, type TrackedEvent } from './rows';

export interface TrackerDeps {
  readonly store: RowStore;
  readonly log: Pick<Log, 'info'>;
  /** The topic whose records are orders; those of any other are events of orders. */
  readonly ordersTopic: string;
}

/**
 * Keeps each order's status and timeline: the events of an order, in rows that are only ever added. Status is a function of the set of an order's
 * events, so it is not stored but told on reading.
 */
export function createTracker({ store, log, ordersTopic }: TrackerDeps): Consumer<TrackedEvent> {
  const received = (order: Order, { partition, offset }: ConsumedRecord) =>
    log.info(`Message received: ${describeOrder(order)}`, { order_id: order.order_id, partition, offset });

  return {
    name: 'tracker',
    split: (record) => {
      if (record.topic !== ordersTopic) return orderEvent(record);
      const order = readOrder(record);
      received(order, record);
      return [placement(order, record)];
    },
    effect: writeRows((events) => store.put(rowsOf(events))),
  };
}

/**
 * Two bodies under one order id leave two rows, told apart by their digest: which of them counts is for risk to say.
 */
function placement(order: Order, record: ConsumedRecord): KeyedEvent<TrackedEvent> {
  const { topic, partition, offset, timestamp } = record;
  const { order_id, user } = order;
  const sk = placementRow(digestOf(order));
  return {
    key: order_id,
    id: sk,
    event: {
      order_id,
      event_id: placementEventId(order_id),
      type: 'order.placed',
      time: new Date(timestamp).toISOString(),
      data: order,
      placement: {
        sk,
        // Newest first is a matter of Kafka's clock, not of what a producer says.
        listing: { topic, partition, offset, user, listed_at: `${String(timestamp).padStart(15, '0')}#${order_id}` },
      },
    },
  };
}

/** What is told of any later event follows from the event alone, so that a repeat tells the same. */
function orderEvent(record: ConsumedRecord): KeyedEvent<TrackedEvent>[] {
  const event = readEvent(record);
  if (!('order_id' in event)) return [];
  const { event_id, type, time, order_id, ...data } = event;
  return [{ key: order_id, id: event_id, event: { order_id, event_id, type, time, data } }];
}
