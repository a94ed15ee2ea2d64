import { FatalRecordError, isRetriable } from '../../errors';
import type { Effect, KeyedEvent } from '../consume';
import { type Budget, retryWithin } from '../retry';

/** An item whose bytes follow from its events alone, so that writing it again changes nothing. */
export interface Row {
  /** The item's key, and its other attributes: text and numbers. */
  readonly item: Readonly<Record<string, string | number>>;
  /**
   * Set where the item also says when or where its record stood in Kafka: the same event may be published twice, and the
   * first one counts.
   */
  readonly firstWins?: boolean;
}

export interface RowStore {
  /** Puts all rows, in any order; of rows with the same key the first. Throws when it cannot say that all are written. */
  put(rows: readonly Row[]): Promise<void>;
}

/**
 * An effect that needs no condition and no transaction: events are kept in rows that only ever add, and nothing is summed.
 * All rows of a batch are one call, tried until the invocation's time is up. When it is refused for good, each event is
 * written alone, to find the one at fault.
 *
 * @param put writes all that a batch's events leave; again, it must change nothing. What it throws is the outside's trouble,
 * unless it says `retriable: false`.
 */
export function writeRows<E>(put: (events: readonly E[]) => Promise<void>): Effect<E> {
  const write = async (events: readonly KeyedEvent<E>[], budget: Budget): Promise<Error | undefined> => {
    try {
      await retryWithin(budget, () => put(events.map(({ event }) => event)));
      return undefined;
    } catch (error) {
      return error as Error;
    }
  };
  return {
    async absorb(events, budget) {
      const error = await write(events, budget);
      if (!error || isRetriable(error, 'io')) return events.map(() => error);
      const results: (Error | undefined)[] = [];
      for (const one of events) results.push(refusal(await write([one], budget)));
      return results;
    },
  };
}

const refusal = (error: Error | undefined) =>
  error && !isRetriable(error, 'io') ? new FatalRecordError('row_refused', error.message, { cause: error }) : error;
