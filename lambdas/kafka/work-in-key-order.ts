import { DependencyError, isRetriable, toFatal } from '../errors';
import type { Effect, KeyedEvent } from './consume';
import { type Budget, retryWithin } from './retry';
import { runBounded } from './run-bounded';
import { untilAborted } from './until-aborted';

export interface WorkOptions {
  /** Keys worked on side by side. @default 100 */
  readonly keysAtOnce?: number;
}

/** What a piece of work is told besides its event. */
export interface WorkCall {
  /** Aborted when the invocation's time is up: for `fetch`, or whatever else the work waits for. */
  readonly signal: AbortSignal;
}

/**
 * An effect that calls `work` once for each event, in order within a key, keys side by side. For consumers whose effect is
 * elsewhere: an e-mail provider, another service's API, a webhook. It happens at least once, so give it a key by which
 * the other side recognises a repeat.
 *
 * What `work` throws decides. Unless it says otherwise the outside is at fault: the event is tried while there is time, and
 * then it and the later ones of its key come again. A FatalRecordError gives the event up at once, and the key goes on.
 *
 * Work that has not ended when the invocation's time is up is left behind, whether it heeds its signal or not, and its
 * event comes again: a receiver that hangs costs time, and no good record.
 */
export function workInKeyOrder<E>(
  work: (event: E, call: WorkCall) => Promise<void>,
  options: WorkOptions = {},
): Effect<E> {
  const { keysAtOnce = 100 } = options;
  return {
    async absorb(events, budget) {
      const results: (Error | undefined)[] = new Array(events.length);
      await runBounded(lanesOf(events), keysAtOnce, async (lane) => {
        let held: Error | undefined;
        for (const index of lane) {
          const { event } = events[index] as KeyedEvent<E>;
          results[index] = held ?? (await attempt((call) => work(event, call), budget));
          if (results[index] && isRetriable(results[index], 'io')) held = results[index];
        }
      });
      return results;
    },
  };
}

/** Places of the events in the batch, a list for each key. */
function lanesOf<E>(events: readonly KeyedEvent<E>[]): readonly (readonly number[])[] {
  const lanes = new Map<string, number[]>();
  events.forEach(({ key }, index) => {
    const lane = lanes.get(key);
    if (lane) lane.push(index);
    else lanes.set(key, [index]);
  });
  return [...lanes.values()];
}

/** @returns undefined when it worked, a FatalRecordError when it never will, another error when time ran out. */
async function attempt(work: (call: WorkCall) => Promise<void>, budget: Budget): Promise<Error | undefined> {
  const { signal } = budget;
  if (signal.aborted) return new DependencyError('out_of_time', 'No time was left to begin it');
  try {
    await retryWithin(budget, () => untilAborted(signal, () => work({ signal })));
    return undefined;
  } catch (error) {
    return isRetriable(error, 'io') ? (error as Error) : toFatal(error);
  }
}
