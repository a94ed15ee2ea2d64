import type { Outcome } from './fold';

/**
 * Under the megabyte that a topic takes in one batch of records by default, even if all go to one partition
 * (https://kafka.apache.org/documentation/#topicconfigs_max.message.bytes).
 */
const MAX_SEND_BYTES = 800_000;

/** Cuts records into sends that the broker will take, in their order; nearly always one. */
export function* sendsOf(outcomes: readonly Outcome[], most = MAX_SEND_BYTES): Generator<readonly Outcome[]> {
  let start = 0;
  let bytes = 0;
  for (let index = 0; index < outcomes.length; index++) {
    const size = sizeOf(outcomes[index] as Outcome);
    if (bytes + size > most && index > start) {
      yield outcomes.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < outcomes.length) yield outcomes.slice(start);
}

function sizeOf({ key, value, headers = {} }: Outcome): number {
  const head = Object.entries(headers).reduce((sum, [name, text]) => sum + name.length + text.length + 4, 0);
  return Buffer.byteLength(value) + Buffer.byteLength(key ?? '') + head + 32;
}
