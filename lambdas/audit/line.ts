import { isUtf8 } from 'node:buffer';
import type { ConsumedRecord } from '../kafka/record';

/** Bytes as they stand in a line: text where they are UTF-8, else marked as base64. */
export type ArchivedBytes = string | { readonly base64: string } | null;

/** A record as the archive keeps it: nothing left out, nothing interpreted. */
export interface ArchivedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly key: ArchivedBytes;
  /** Null is a tombstone. */
  readonly value: ArchivedBytes;
  /** In the order they were written; a name may repeat. */
  readonly headers: readonly (readonly [name: string, value: ArchivedBytes])[];
}

/** The record as a line of JSON, without its end. */
export function toLine({ topic, partition, offset, timestamp, key, value, headers }: ConsumedRecord): string {
  const record: ArchivedRecord = {
    topic,
    partition,
    offset,
    timestamp,
    key: archived(key),
    value: archived(value),
    headers: headers.map(([name, bytes]) => [name, archived(bytes)]),
  };
  return JSON.stringify(record);
}

/** The record of a line, byte for byte as it was archived. */
export function fromLine(line: string): ConsumedRecord {
  const { key, value, headers, ...place } = JSON.parse(line) as ArchivedRecord;
  return {
    ...place,
    key: restored(key),
    value: restored(value),
    headers: headers.map(([name, bytes]) => [name, restored(bytes)]),
  };
}

/** A byte order mark is a character like any other here, as `toString` keeps it. */
function archived(bytes: Buffer | null): ArchivedBytes {
  if (bytes === null) return null;
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
}

function restored(bytes: ArchivedBytes): Buffer | null {
  if (bytes === null) return null;
  return typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes.base64, 'base64');
}
