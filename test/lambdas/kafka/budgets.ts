import type { Budget } from '../../../lambdas/kafka/retry';

/** A budget that counts pauses instead of waiting; after so many there is no time left. */
export function budgetOf(pauses: number): Budget {
  let left = pauses;
  return {
    remainingMs: () => (left > 0 ? 60_000 : -1),
    pause: async () => {
      left--;
    },
    signal: new AbortController().signal,
  };
}
