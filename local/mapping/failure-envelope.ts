import { randomUUID } from 'node:crypto';
import { type EventSource, encodeEvent, encodePlace } from './event';
import type { PolledRecord } from './record';
import type { DiscardCondition } from './retry-plan';

export interface Failure {
  readonly functionArn: string;
  readonly condition: DiscardCondition;
  readonly invocations: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * What Lambda writes to a `kafka://` destination for a record it gives up: one document a record, with the event that
 * would have invoked the function under `payload`, and the source record's key. `place` is the same without key, value and
 * headers, for a destination that does not take the whole.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
 */
export function failureEnvelope(
  source: EventSource,
  record: PolledRecord,
  failure: Failure,
): { readonly key: Buffer | null; readonly value: string; readonly place: string } {
  const event = encodeEvent(source, [record]);
  const { bootstrapServers, eventSourceArn } = JSON.parse(`${source.head}}}`) as Record<string, string>;
  const { key } = JSON.parse(record.json) as { key?: string };
  const invoked = failure.condition !== 'MaximumPayloadSizeExceeded';
  const metadata = {
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${failure.functionArn}:$LATEST`,
      condition: failure.condition,
      approximateInvokeCount: failure.invocations,
    },
    responseContext: invoked ? { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' } : null,
    version: '1.0',
    timestamp: new Date(failure.now).toISOString(),
    KafkaBatchInfo: {
      batchSize: 1,
      eventSourceArn,
      bootstrapServers,
      payloadSize: record.unread?.bytes ?? event.length,
      recordInfo: {
        offset: String(record.offset),
        ...(record.unread && { lastOffset: String(record.unread.to) }),
        timestamp: new Date(record.timestamp).toISOString(),
      },
    },
  };
  const head = JSON.stringify(metadata).slice(0, -1);
  return {
    key: key === undefined ? null : Buffer.from(key, 'base64'),
    value: `${head},"payload":${event}}`,
    place: `${head},"payload":${encodeEvent(source, [{ ...record, json: encodePlace(source, record) }])}}`,
  };
}
