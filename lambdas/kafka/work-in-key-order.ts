import { FatalRecordError } from '../errors';
import { type Effect, type KeyedEvent, ProcessingError } from './consume';
import { type Budget, backoffMs } from './retry';

export interface WorkOptions {
  /** Keys worked on side by side. @default 100 */
  readonly keysAtOnce?: number;
}

const TRIES = 3;

/**
 * An effect that calls `work` once for each event, in order within a key, keys side by side. For consumers whose effect is
 * elsewhere and absorbs repeats by itself: an e-mail provider with idempotency keys, another service's API.
 *
 * What `work` throws decides: an error with `retriable: true` is tried while there is time, then its event and the later
 * ones of its key are reported; a FatalRecordError gives the event up at once, any other error after three tries, and the
 * key goes on.
 */
export function workInKeyOrder<E>(work: (event: E) => Promise<void>, options: WorkOptions = {}): Effect<E> {
  const { keysAtOnce = 100 } = options;
  return {
    async absorb(events, budget) {
      const results: (Error | undefined)[] = new Array(events.length);
      const lanes = lanesOf(events);
      const worker = async () => {
        for (const lane of lanes) await workThrough(lane, events, work, budget, results);
      };
      await Promise.all(Array.from({ length: keysAtOnce }, worker));
      return results;
    },
  };
}

/** Places of the events in the batch, a list for each key. */
function lanesOf<E>(events: readonly KeyedEvent<E>[]): IterableIterator<readonly number[]> {
  const lanes = new Map<string, number[]>();
  events.forEach(({ key }, index) => {
    const lane = lanes.get(key);
    if (lane) lane.push(index);
    else lanes.set(key, [index]);
  });
  return lanes.values();
}

async function workThrough<E>(
  lane: readonly number[],
  events: readonly KeyedEvent<E>[],
  work: (event: E) => Promise<void>,
  budget: Budget,
  results: (Error | undefined)[],
): Promise<void> {
  let held: Error | undefined;
  for (const index of lane) {
    if (held === undefined) {
      const error = await attempt(() => work((events[index] as KeyedEvent<E>).event), budget);
      results[index] = error;
      if (error !== undefined && !(error instanceof FatalRecordError)) held = error;
    } else {
      results[index] = held;
    }
  }
}

/** @returns undefined when it worked, a FatalRecordError when it never will, another error when time ran out. */
async function attempt(work: () => Promise<void>, budget: Budget): Promise<Error | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      await work();
      return undefined;
    } catch (error) {
      if (error instanceof FatalRecordError) return error;
      if ((error as { retriable?: unknown } | null)?.retriable !== true) {
        if (tries >= TRIES) return new ProcessingError(error);
        continue;
      }
      const wait = backoffMs(tries);
      if (budget.remainingMs() < wait) return error as Error;
      await budget.pause(wait);
    }
  }
}
