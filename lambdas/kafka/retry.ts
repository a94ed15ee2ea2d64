import { timerMs } from '../../shared/time';

/** How long an invocation may still take, and a way to wait that tests can replace. */
export interface Budget {
  /** Milliseconds until work must have ended, so that the answer still gets out. */
  remainingMs(): number;
  pause(ms: number): Promise<void>;
}

/** What the answer needs to get out. */
export const ANSWER_MS = 500;

/**
 * The budget of an invocation: Lambda's remaining time less what the dead letters and the answer need.
 *
 * @param remainingTimeMs `context.getRemainingTimeInMillis`
 */
export function invocationBudget(remainingTimeMs: () => number, reserveMs = 3_000): Budget {
  // A short time-out keeps at least half for the work.
  const reserve = Math.min(reserveMs, Math.max(0, remainingTimeMs()) / 2);
  return {
    remainingMs: () => remainingTimeMs() - reserve,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, timerMs(ms))),
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
 * Tries until it works, the error says that trying again cannot help, or the budget is used up; then throws the last error.
 */
export async function retryWithin<T>(
  budget: Budget,
  isRetriable: (error: unknown) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const wait = backoffMs(attempt);
      if (!isRetriable(error) || budget.remainingMs() < wait) throw error;
      await budget.pause(wait);
    }
  }
}

/** Whether trying again can help: unless an error says that it cannot, the outside is at fault, and comes back. */
export const mayPass = (error: unknown): boolean => (error as { retriable?: unknown } | null)?.retriable !== false;
