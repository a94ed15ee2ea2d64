import type { KafkaMessage } from 'kafkajs';
import type { FetchedMessage } from './kafkajs-fetch';
import type { FetchedRecord, UnreadRecords } from './record';

/** A message of kafkajs as the record it is, or as the records that cannot be had in its place. */
export function toEntry(partition: number, message: KafkaMessage): FetchedRecord | UnreadRecords {
  const { entry } = message as KafkaMessage & Partial<FetchedMessage>;
  if (entry === undefined) return toOldRecord(partition, message);
  const { batch } = entry;
  switch (entry.kind) {
    case 'record': {
      const { offset, timestamp, key, value, headers } = entry;
      return { partition, offset, timestamp, timestampType: batch.timestampType, key, value, headers };
    }
    case 'too-large': {
      const { kind, from, to, timestamp, bytes } = entry;
      return { kind, partition, from, to, timestamp, bytes, cause: `${batch.codec}, ${inMegabytes(bytes)} unpacked` };
    }
    case 'unreadable': {
      const { kind, from, to, cause } = entry;
      const { codec = 'unknown codec', maxTimestamp: timestamp } = batch;
      return { kind, partition, from, to, timestamp, bytes: 0, cause: `${codec}: ${cause}` };
    }
    case 'gap':
      throw new Error(`kafkajs handed on a gap at offset ${entry.from}, which it is to step over`);
  }
}

/** Of the message formats before batches, which have no headers. */
function toOldRecord(partition: number, { offset, timestamp, key, value }: KafkaMessage): FetchedRecord {
  return {
    partition,
    offset: Number(offset),
    timestamp: Number(timestamp),
    timestampType: 'CREATE_TIME',
    key,
    value,
    headers: [],
  };
}

const inMegabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
