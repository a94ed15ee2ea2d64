import { FatalRecordError } from '../../errors';
import type { Effect, KeyedEvent } from '../consume';
import { type Budget, mayPass, retryWithin } from '../retry';

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
 * All rows of a batch are one call to the store, tried until the invocation's time is up.
 *
 * @param rowsOf the rows of a batch's events, in their order
 */
export function writeRows<E>(store: RowStore, rowsOf: (events: readonly E[]) => readonly Row[]): Effect<E> {
  const put = async (events: readonly KeyedEvent<E>[], budget: Budget): Promise<Error | undefined> => {
    try {
      await retryWithin(budget, mayPass, () => store.put(rowsOf(events.map(({ event }) => event))));
      return undefined;
    } catch (error) {
      return error as Error;
    }
  };
  return {
    async absorb(events, budget) {
      const error = await put(events, budget);
      if (!error || mayPass(error)) return events.map(() => error);
      // One of them at least can never be written: each alone finds out which.
      const results: (Error | undefined)[] = [];
      for (const one of events) results.push(refusal(await put([one], budget)));
      return results;
    },
  };
}

const refusal = (error: Error | undefined) =>
  error && !mayPass(error) ? new FatalRecordError('row_refused', error.message, { cause: error }) : error;
