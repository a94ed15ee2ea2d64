import { setMaxListeners } from 'node:events';
import { timerMs } from '../../shared/time';
import { isRetriable, toError } from '../errors';

/** How long an invocation may still take, and a way to wait that tests can replace. */
export interface Budget {
  /** Milliseconds until work must have ended, so that the answer still gets out. */
  remainingMs(): number;
  pause(ms: number): Promise<void>;
  /** Aborted when the work's time is up. */
  readonly signal: AbortSignal;
}

/** What the answer needs to get out. */
export const ANSWER_MS = 500;

/** A budget whose signal is on a timer, until it is closed. */
export interface InvocationBudget extends Budget {
  close(): void;
}

/**
 * The budget of an invocation: Lambda's remaining time less what the dead letters and the answer need.
 *
 * @param remainingTimeMs `context.getRemainingTimeInMillis`
 */
export function invocationBudget(remainingTimeMs: () => number, reserveMs = 3_000): InvocationBudget {
  // A short time-out keeps at least half for the work.
  const reserve = Math.min(reserveMs, Math.max(0, remainingTimeMs()) / 2);
  const remainingMs = () => remainingTimeMs() - reserve;
  const controller = new AbortController();
  // Many calls at once listen to it.
  setMaxListeners(0, controller.signal);
  const timer = setTimeout(() => controller.abort(), timerMs(remainingMs()));
  return {
    remainingMs,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, timerMs(ms))),
    signal: controller.signal,
    close: () => clearTimeout(timer),
  };
}

/**
 * Milliseconds before try number `attempt` + 1: exponential with full jitter, so that environments that failed together
 * do not come back together (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(2_000, 25 * 2 ** Math.min(attempt, 10));
  return ceiling / 2 + (random() * ceiling) / 2;
}

/**
 * Calls the outside until it works, the error says that trying again cannot help, or the budget is used up; then throws the
 * last error.
 */
export async function retryWithin<T>(budget: Budget, work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const wait = backoffMs(attempt);
      if (!isRetriable(error, 'io') || budget.signal.aborted || budget.remainingMs() < wait) throw toError(error);
      await budget.pause(wait);
    }
  }
}
