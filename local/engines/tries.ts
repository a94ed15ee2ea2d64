import { timerMs } from '../../shared/time';

const LONGEST_PAUSE_MS = 30_000;

/** Milliseconds before a try that so many failures in a row precede: at once after the first, then 1 s, doubling, to 30 s. */
export const pauseAfter = (failures: number): number =>
  failures <= 1 ? 0 : Math.min(1_000 * 2 ** (failures - 2), LONGEST_PAUSE_MS);

/** Whether the user hears of one more failure in a row: of the first, the second, the fourth, the eighth … */
export const isSaid = (failures: number): boolean => Number.isInteger(Math.log2(failures));

/** Resolves after the time, or when `cut` is aborted. */
export const pause = (milliseconds: number, cut: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (cut.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      cut.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, timerMs(milliseconds));
    cut.addEventListener('abort', end);
  });

export interface TryOptions {
  /** Told of a failure when the user is to hear of it. */
  readonly say: (error: Error) => void;
  /** No more tries after that. */
  readonly cut: AbortSignal;
  /** Which failures another try may mend; all by default. */
  readonly mends?: (error: Error) => boolean;
}

/**
 * Does the work again until it succeeds, with longer and longer pauses.
 *
 * @returns undefined when it was cut.
 * @throws a failure that no other try mends.
 */
export async function untilDone<Result>(
  work: () => Promise<Result>,
  { say, cut, mends = () => true }: TryOptions,
): Promise<Result | undefined> {
  for (let failures = 1; !cut.aborted; failures++) {
    try {
      return await work();
    } catch (error) {
      if (cut.aborted) break;
      if (!mends(error as Error)) throw error;
      if (isSaid(failures)) say(error as Error);
      await pause(pauseAfter(failures), cut);
    }
  }
  return undefined;
}
