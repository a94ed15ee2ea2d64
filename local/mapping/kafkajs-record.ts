import type { KafkaMessage } from 'kafkajs';
import type { FetchedRecord } from './record';

/** A message of kafkajs as the record it is; headers of one name, which it gathers, are parted again. */
export function toRecord(partition: number, message: KafkaMessage): FetchedRecord {
  const { timestampType } = (message as { batchContext?: { timestampType?: number } }).batchContext ?? {};
  return {
    partition,
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
    timestampType: timestampType === 1 ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
    key: message.key,
    value: message.value,
    headers: Object.entries(message.headers ?? {}).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => [name, toBuffer(one)] as const),
    ),
  };
}

const toBuffer = (value: Buffer | string | null | undefined): Buffer | null =>
  value === undefined || value === null ? null : Buffer.from(value);
