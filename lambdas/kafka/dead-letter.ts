import type { OutgoingRecord } from './publisher';
import type { ConsumedRecord } from './record';

/** Why a record leaves, and who sends it away. */
export interface Verdict {
  /** The letter's name, see letters.ts. */
  readonly id: string;
  readonly consumer: string;
  readonly error: Error & { readonly code?: string };
  /** How often its processing was tried. */
  readonly attempts: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

const PREFIX = 'dlq-';
const MAX_HEADER_BYTES = 4_096;

/**
 * The record, whole, as it goes to the consumer's dead-letter topic: key, value and headers as they were, and behind them
 * headers `dlq-…` that say where it came from and why. They replace those of an earlier hop; each is at most 4 KB.
 */
export function deadLetter(topic: string, record: ConsumedRecord, verdict: Verdict): OutgoingRecord {
  const reasons = {
    id: verdict.id,
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    timestamp: record.timestamp,
    consumer: verdict.consumer,
    'error-class': verdict.error.name,
    'error-code': verdict.error.code ?? 'unexpected',
    'error-message': verdict.error.message,
    attempts: verdict.attempts,
    time: new Date(verdict.at).toISOString(),
  };
  return {
    topic,
    key: record.key,
    value: record.value,
    headers: [
      ...record.headers.filter(([name]) => !name.startsWith(PREFIX)),
      ...Object.entries(reasons).map(([name, value]) => [PREFIX + name, truncated(String(value))] as const),
    ],
  };
}

/** Cut at a character's border, so that what is left is text. */
function truncated(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_HEADER_BYTES) return text;
  let end = MAX_HEADER_BYTES;
  while (((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end--;
  return bytes.toString('utf8', 0, end);
}

/** Whether a record is one of the consumer's own dead letters, sent back to it: it says so itself. */
export const wasSentBack = (record: ConsumedRecord, consumer: string): boolean =>
  record.headers.some(([name, value]) => name === `${PREFIX}consumer` && value?.toString() === consumer);
