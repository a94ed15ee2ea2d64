import { setTimeout as sleep } from 'node:timers/promises';
import { timerMs } from '../../shared/time';
import type { EventSource } from './event';
import { type Failure, failureEnvelope } from './failure-envelope';
import type { PolledRecord } from './record';
import { backoffMs } from './retry-plan';

/** Where records go that a mapping gives up. */
export interface FailureSink {
  /** Name for messages: `kafka://orders-dlq`. */
  readonly name: string;
  /** Resolves once all are stored. */
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
  const offsets = `${source.topic}-${records[0]?.partition} offset ${records[0]?.offset}`;
  const what = records.length === 1 ? offsets : `${records.length} records from ${offsets}`;
  if (!sink) {
    log(`dropped ${what}: ${failure.condition}, and the mapping has no destination the runner can write to`);
    return 0;
  }
  const messages = records.map((record) => failureEnvelope(source, record, { ...failure, now: Date.now() }));
  for (let failures = 1; ; failures++) {
    try {
      await sink.send(messages);
      log(`sent ${what} to ${sink.name}: ${failure.condition}`);
      return records.length;
    } catch (error) {
      if (discard.isClosing()) throw new DiscardInterruptedError('The mapping closes', { cause: error });
      if (failures === 1) log(`cannot write to ${sink.name} (${(error as Error).message}); trying again`);
      await sleep(timerMs(backoffMs(failures, Math.random())));
    }
  }
}
