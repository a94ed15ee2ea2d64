import type { MappingModel } from '../model';
import type { FetchedRecord, PolledRecord, UnreadRecords } from './record';

/** Lambda's limit of a synchronous invocation's payload, in bytes. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** What of an event does not depend on its records. */
export interface EventSource {
  readonly topic: string;
  /** JSON up to and including `"records":{` */
  readonly head: string;
}

/**
 * @param bootstrapServers `host:port,host:port`, as the function sees it
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html#msk-sample-event
 */
export function eventSource(
  mapping: Pick<MappingModel, 'source' | 'eventSourceArn' | 'topic'>,
  bootstrapServers: string,
): EventSource {
  const fields =
    mapping.source === 'msk'
      ? { eventSource: 'aws:kafka', eventSourceArn: mapping.eventSourceArn, bootstrapServers }
      : { eventSource: 'SelfManagedKafka', bootstrapServers };
  return { topic: mapping.topic, head: `${ascii(fields).slice(0, -1)},"records":{` };
}

/** When the mapping got a record, in milliseconds of both clocks: the one that nobody sets, and the epoch's. */
export interface Arrival {
  readonly steady: number;
  readonly wall: number;
}

/** Key and value in base64; an absent key is left out, a tombstone's value is null; headers as signed bytes, null where there are none. */
export function encodeRecord(source: EventSource, record: FetchedRecord, arrival: Arrival): PolledRecord {
  const { partition, offset, timestamp } = record;
  const key = record.key === null ? '' : `"key":"${record.key.toString('base64')}",`;
  const value = record.value === null ? 'null' : `"${record.value.toString('base64')}"`;
  const headers = record.headers.length === 0 ? '' : record.headers.map(encodeHeader).join(',');
  return {
    partition,
    offset,
    timestamp,
    ...ageOf(timestamp, arrival),
    json: `{"topic":"${source.topic}","partition":${partition},"offset":${offset},"timestamp":${timestamp},"timestampType":"${record.timestampType}",${key}"value":${value},"headers":[${headers}]}`,
  };
}

/** Records that are not here, as where they lie: they are too large to be shown, and so for any payload. */
export function encodeUnread(source: EventSource, unread: UnreadRecords, arrival: Arrival): PolledRecord {
  const { partition, from: offset, timestamp } = unread;
  const place = { partition, offset, timestamp };
  return { ...place, ...ageOf(timestamp, arrival), json: encodePlace(source, place), unread };
}

const ageOf = (timestamp: number, { steady, wall }: Arrival) => ({
  arrivedAt: steady,
  bornAt: steady - Math.max(0, wall - timestamp),
});

/** Where a record lies, and nothing of what it holds. */
export const encodePlace = (
  { topic }: EventSource,
  { partition, offset, timestamp }: Pick<PolledRecord, 'partition' | 'offset' | 'timestamp'>,
): string => `{"topic":"${topic}","partition":${partition},"offset":${offset},"timestamp":${timestamp}}`;

function encodeHeader([name, value]: FetchedRecord['headers'][number]): string {
  const signed = value && new Int8Array(value.buffer, value.byteOffset, value.byteLength).join(',');
  return `{${ascii(name)}:${signed === null ? 'null' : `[${signed}]`}}`;
}

/** The event as JSON text; records of a partition keep the order they come in. */
export function encodeEvent(source: EventSource, records: readonly PolledRecord[]): string {
  const byPartition = new Map<number, string[]>();
  for (const record of records) {
    const known = byPartition.get(record.partition);
    if (known) known.push(record.json);
    else byPartition.set(record.partition, [record.json]);
  }
  const groups = [...byPartition].map(([partition, jsons]) => `"${source.topic}-${partition}":[${jsons.join(',')}]`);
  return `${source.head}${groups.join(',')}}}`;
}

/** Bytes an event has beside its records' own, when it holds records of `partitions` partitions. */
export const eventOverhead = (source: EventSource, partitions: number): number =>
  source.head.length + 2 + partitions * (source.topic.length + PARTITION_OVERHEAD);

/** Quotes, dash, up to ten digits, colon, brackets, comma. */
const PARTITION_OVERHEAD = 17;

/** JSON in ASCII: what JSON.stringify leaves as it is above 127 becomes \u escapes. */
const ascii = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
