import type { KafkaMessage } from 'kafkajs';
import type { FetchedRecord } from './record';

/**
 * A message of kafkajs as the record it is; headers of one name, which it gathers, are parted again. It gathers them in a plain
 * object: with those named `constructor` and the like comes what every object inherits, which is no header's.
 */
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
      (Array.isArray(value) ? value : [value]).filter(isValue).map((one) => [name, toBuffer(one)] as const),
    ),
  };
}

type HeaderValue = Buffer | string | null | undefined;

const isValue = (value: unknown): value is HeaderValue =>
  value === undefined || value === null || typeof value === 'string' || Buffer.isBuffer(value);

const toBuffer = (value: HeaderValue): Buffer | null =>
  value === undefined || value === null ? null : Buffer.from(value);
