import { DependencyError, FatalRecordError, type OrderflowError, PublishError } from '../errors';
import type { OutgoingRecord } from './publisher';

/** The protocol's name of the error, found along the chain of causes. */
function protocolErrorOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { type } = at as { type?: unknown };
    if (typeof type === 'string') return type;
  }
  return undefined;
}

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/** Whether trying again cannot help. */
export const isFinal = (error: unknown) => TOO_LARGE.has(protocolErrorOf(error) ?? '');

export const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What a failed publish means to its caller, who knows nothing of Kafka's protocol. */
export function toPublishError(error: unknown, records: readonly OutgoingRecord[]): OrderflowError {
  const type = protocolErrorOf(error);
  const topics = [...new Set(records.map((record) => record.topic))].join(', ');
  if (TOO_LARGE.has(type ?? '')) {
    return new FatalRecordError('record_too_large', `A record is larger than ${topics} takes`, { cause: error });
  }
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new DependencyError('topic_unknown', `Kafka has no topic ${topics}: create it, then try again`, {
      cause: error,
    });
  }
  return new PublishError(`Kafka did not acknowledge ${records.length} records for ${topics}: ${reasonOf(error)}`, {
    cause: error,
  });
}
