import { toRecord } from '../kafka/cloud-events';
import type { OutgoingRecord } from '../kafka/publisher';
import { placementEventId } from '../order/ids';
import type { Order } from '../order/order';

export interface PlacementContext {
  readonly topic: string;
  /** ISO 8601. */
  readonly time: string;
  readonly traceparent: string;
}

/** The record that places an order: the bare order as its value, keyed by its id, described in headers. */
export function placementRecord(order: Order, { topic, time, traceparent }: PlacementContext): OutgoingRecord {
  return toRecord({
    topic,
    key: order.order_id,
    id: placementEventId(order.order_id),
    type: 'order.placed',
    source: '/orderflow/ingest',
    time,
    value: JSON.stringify(order),
    traceparent,
  });
}
