import type { RecordHeaders } from '../../shared/kafka-headers';
import { FatalRecordError } from '../errors';
import type { KafkaEvent, KafkaEventRecord } from './event';

/** A record as its producer wrote it: bytes, undecoded. */
export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  /** Null is a tombstone. */
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

/**
 * Decodes an event into its records: partition by partition, each in offset order.
 *
 * @throws TypeError when the event is no Kafka event at all, which is a wiring fault and no record's.
 */
export function decodeEvent(event: KafkaEvent): ConsumedRecord[] {
  if (typeof event?.records !== 'object' || event.records === null) {
    throw new TypeError('This function takes events of a Kafka event source mapping: `records` is missing');
  }
  return Object.values(event.records).flatMap((records) =>
    records.map(decodeRecord).sort((one, other) => one.offset - other.offset),
  );
}

function decodeRecord(record: KafkaEventRecord): ConsumedRecord {
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: bytes(record.key),
    value: bytes(record.value),
    // Lambda writes header bytes signed; Buffer.from takes each modulo 256.
    headers: (record.headers ?? []).flatMap((header) =>
      Object.entries(header).map(([name, value]) => [name, value && Buffer.from(value)] as const),
    ),
  };
}

const bytes = (base64: string | null | undefined) =>
  base64 === null || base64 === undefined ? null : Buffer.from(base64, 'base64');

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * The record's value as text.
 *
 * @throws FatalRecordError `tombstone` when there is no value, `not_utf8` when its bytes are not text.
 */
export function textValue(record: ConsumedRecord): string {
  if (record.value === null) throw new FatalRecordError('tombstone', 'The record has no value');
  try {
    return strictUtf8.decode(record.value);
  } catch (cause) {
    throw new FatalRecordError('not_utf8', 'The value is not UTF-8 text', { cause });
  }
}

/** `topic-partition@offset`, for messages. */
export const position = ({ topic, partition, offset }: ConsumedRecord) => `${topic}-${partition}@${offset}`;
