import { setTimeout as sleep } from 'node:timers/promises';
import { timerMs } from '../../shared/time';
import type { EventSource } from './event';
import { type Failure, failureEnvelope } from './failure-envelope';
import { type PolledRecord, placeOf } from './record';
import { backoffMs } from './retry-plan';

/** Where records go that a mapping gives up. */
export interface FailureSink {
  /** Name for messages: `kafka://orders-dlq`. */
  readonly name: string;
  /**
   * Resolves once all are stored.
   *
   * @throws SinkTooSmallError when one is larger than the destination takes
   */
  send(messages: readonly { readonly key: Buffer | null; readonly value: string }[]): Promise<void>;
  close(): Promise<void>;
}

export interface Discard {
  readonly source: EventSource;
  readonly records: readonly PolledRecord[];
  readonly failure: Omit<Failure, 'now'>;
  readonly sink: FailureSink | undefined;
  readonly log: (line: string) => void;
  readonly isClosing: () => boolean;
}

/** The destination takes no message of this size, whenever it is asked. */
export class SinkTooSmallError extends Error {
  readonly code = 'SINK_TOO_SMALL';
  readonly retriable = false;
}

/** Rejects so that the records stay unsettled and come again after the restart. */
export class DiscardInterruptedError extends Error {
  readonly code = 'DISCARD_INTERRUPTED';
  readonly retriable = true;
}

/**
 * Sends given-up records to their destination, or says that they are dropped. Lambda drops what it cannot deliver; here
 * delivery is tried until it succeeds, because a laptop's broker comes back.
 *
 * @returns how many records were delivered
 * @throws DiscardInterruptedError when the mapping closes before they are stored
 */
export async function deliverFailures(discard: Discard): Promise<number> {
  const { source, records, failure, sink, log } = discard;
  const what = describe(source.topic, records);
  const why = reasonFor(records[0], failure.condition);
  if (!sink) {
    log(`dropped ${what}: ${why}, and the mapping has no destination the runner can write to`);
    return 0;
  }
  const messages = records.map((record) => failureEnvelope(source, record, { ...failure, now: Date.now() }));
  let isTooSmall = false;
  for (let failures = 1; ; failures++) {
    try {
      await sink.send(isTooSmall ? messages.map(({ key, place }) => ({ key, value: place })) : messages);
      log(`sent ${isTooSmall ? 'the place of ' : ''}${what} to ${sink.name}: ${why}`);
      return records.length;
    } catch (error) {
      if (error instanceof SinkTooSmallError && !isTooSmall) {
        if (records.length > 1) return deliverOneByOne(discard);
        // Where it lies fits everywhere.
        isTooSmall = true;
        continue;
      }
      if (discard.isClosing()) throw new DiscardInterruptedError('The mapping closes', { cause: error });
      if (failures === 1) log(`cannot write to ${sink.name} (${(error as Error).message}); trying again`);
      await sleep(timerMs(backoffMs(failures, Math.random())));
    }
  }
}

async function deliverOneByOne(discard: Discard): Promise<number> {
  let delivered = 0;
  for (const record of discard.records) delivered += await deliverFailures({ ...discard, records: [record] });
  return delivered;
}

function describe(topic: string, records: readonly PolledRecord[]): string {
  const [first] = records;
  if (first === undefined) return 'nothing';
  const { partition, offset, unread } = first;
  const place = placeOf(topic, unread ?? { partition, from: offset, to: offset });
  return records.length === 1 ? place : `${records.length} records from ${place}`;
}

/** @param first of the records, which stands for all */
function reasonFor(first: PolledRecord | undefined, condition: Failure['condition']): string {
  if (first?.unread?.kind === 'unreadable') return `told to skip it, as it cannot be read (${first.unread.cause})`;
  return first?.unread ? `${condition} (${first.unread.cause})` : condition;
}
