import type { ApiEvent } from '../api/event';
import { outcomeOf } from '../events/outcome';
import { recordOf, traceparentFrom } from '../kafka/cloud-events';
import type { OutgoingRecord } from '../kafka/publisher';
import type { OrderflowEvent } from '../order/events';

/** An event that a request causes, as a record that carries the caller's trace on. */
export const eventRecord = (event: OrderflowEvent, topic: string, key: string, request: ApiEvent): OutgoingRecord =>
  recordOf({
    ...outcomeOf(event, topic, key, '/orderflow/ingest'),
    traceparent: traceparentFrom(request.headers.traceparent),
  });
