import type { KafkaEvent, KafkaEventRecord } from '../../../lambdas/kafka/event';
import type { OutgoingRecord } from '../../../lambdas/kafka/publisher';
import type { ConsumedRecord } from '../../../lambdas/kafka/record';

export const aRecord = (fields: Partial<ConsumedRecord> = {}): ConsumedRecord => ({
  topic: 'orders',
  partition: 0,
  offset: 0,
  timestamp: 1_750_000_000_000,
  key: null,
  value: Buffer.from('{}'),
  headers: [],
  ...fields,
});

/** An event as the mapping would make it of these records. */
export function eventOf(records: readonly ConsumedRecord[]): KafkaEvent {
  const byPartition: Record<string, KafkaEventRecord[]> = {};
  for (const { topic, partition, offset, timestamp, key, value, headers } of records) {
    const name = `${topic}-${partition}`;
    byPartition[name] ??= [];
    byPartition[name].push({
      topic,
      partition,
      offset,
      timestamp,
      timestampType: 'CREATE_TIME',
      key: key?.toString('base64') ?? null,
      value: value?.toString('base64') ?? null,
      headers: headers.map(([header, bytes]) => ({ [header]: bytes && [...new Int8Array(bytes)] })),
    });
  }
  return { eventSource: 'aws:kafka', eventSourceArn: 'arn', bootstrapServers: 'localhost:9092', records: byPartition };
}

/** What a record's headers say, by name; of a name that repeats the last one. */
export const headersOf = (record: OutgoingRecord | undefined): Record<string, string | Buffer | null | undefined> =>
  Object.fromEntries(record?.headers ?? []);
