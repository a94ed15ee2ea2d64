import { deadlineIn } from '../../shared/time';

const LIMIT_MS = 10_000;
const PAUSE_MS = 100;
const WAKING_UP = new Set(['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP']);

/** Whether a group's coordinator says that it is not there yet; kafkajs wraps the broker's error once its own retries are over. */
export function isWakingUp(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (WAKING_UP.has((at as { type?: string }).type ?? '')) return true;
  }
  return false;
}

/** Asks a group's coordinator, which a fresh broker has to make first, until it is there; at most ten seconds long. */
export async function askCoordinator<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = deadlineIn(LIMIT_MS);
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isWakingUp(error) || deadline.hasPassed()) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
