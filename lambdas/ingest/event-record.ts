import type { ApiEvent } from '../api/event';
import { toRecord, traceparentFrom } from '../kafka/cloud-events';
import type { OutgoingRecord } from '../kafka/publisher';
import type { OrderflowEvent } from '../order/events';

/** An event that a request causes, as a record that carries the caller's trace on. */
export const eventRecord = (event: OrderflowEvent, topic: string, key: string, request: ApiEvent): OutgoingRecord =>
  toRecord({
    topic,
    key,
    id: event.event_id,
    type: event.type,
    source: '/orderflow/ingest',
    time: event.time,
    value: JSON.stringify(event),
    traceparent: traceparentFrom(request.headers.traceparent),
  });
