/**
 * Waiting, time-outs and budgets go by this clock, which nobody sets: milliseconds since some moment, the same for all
 * processes of a machine. Wall time, which steps when the machine's clock is corrected, is for people and records only.
 */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** A moment by which something has to be done. */
export interface Deadline {
  /** Milliseconds; below 0 once it has passed. */
  remainingMs(): number;
  hasPassed(): boolean;
}

export function deadlineIn(ms: number): Deadline {
  const at = monotonicMs() + ms;
  return { remainingMs: () => at - monotonicMs(), hasPassed: () => monotonicMs() >= at };
}

/** What Node's timers hold; of anything longer they make one millisecond. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * A duration as every timer takes it: whole milliseconds from 0 to 24 days. What is over already, or is no number, is 0.
 * A fraction is rounded up, so that the time has passed when the timer rings.
 */
export const timerMs = (ms: number): number =>
  Number.isNaN(ms) ? 0 : Math.ceil(Math.min(Math.max(ms, 0), LONGEST_MS)) + 0;

/** Aborts when the time is over, at once where it is over already. */
export const abortIn = (ms: number): AbortSignal => AbortSignal.timeout(timerMs(ms));
