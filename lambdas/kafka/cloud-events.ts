import { randomBytes } from 'node:crypto';
import type { Outcome } from './fold/fold';
import type { OutgoingRecord } from './publisher';

/** An event on its way out, before it is a record. */
export interface OutgoingEvent {
  readonly topic: string;
  readonly key: string;
  /** Name-based, so that a repeat carries the same. */
  readonly id: string;
  /** `order.placed` and its kin. */
  readonly type: string;
  /** Who says so: a URI reference such as `/orderflow/ingest`. */
  readonly source: string;
  /** ISO 8601. */
  readonly time: string;
  /** JSON text. */
  readonly value: string;
  /** W3C trace context to pass on. */
  readonly traceparent?: string | undefined;
}

/**
 * A record in CloudEvents' binary mode: the value is the bare data, what describes it stands in headers
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md#32-binary-content-mode).
 */
export function toRecord(event: OutgoingEvent): OutgoingRecord {
  return {
    topic: event.topic,
    key: event.key,
    value: event.value,
    headers: [
      ['ce_specversion', '1.0'],
      ['ce_id', event.id],
      ['ce_type', event.type],
      ['ce_source', event.source],
      ['ce_time', event.time],
      ['content-type', 'application/json'],
      ...(event.traceparent === undefined ? [] : [['traceparent', event.traceparent] as const]),
    ],
  };
}

/** An event's record: the same outcome gives the same bytes, whenever it is published. */
export const recordOf = ({
  topic,
  key,
  source,
  event,
  traceparent,
}: Outcome & Pick<OutgoingEvent, 'traceparent'>): OutgoingRecord =>
  toRecord({
    topic,
    key,
    id: event.event_id,
    type: event.type,
    source,
    time: event.time,
    value: JSON.stringify(event),
    traceparent,
  });

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's trace context when it is well-formed, else a new, sampled one (https://www.w3.org/TR/trace-context/). */
export function traceparentFrom(header: string | undefined): string {
  if (header && TRACEPARENT.test(header)) return header;
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
