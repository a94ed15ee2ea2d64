import { answered } from './answered';
import type { WaitingRoom } from './waiting-room';

/** What waiting for an answer takes. */
export interface WaitPorts {
  readonly room: WaitingRoom;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
}

const FIRST_POLL_MS = 25;
const LONGEST_POLL_MS = 400;

/**
 * Asks once and then, if there is a place to wait, again, less and less often, until there is an answer or the time is up.
 *
 * @param wait milliseconds
 */
export async function within<T>(
  wait: number,
  { room, sleep, clock }: WaitPorts,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = clock() + wait;
  const first = await ask();
  if (first !== undefined || wait === 0) return first;
  const leave = await answered('a place to wait', room.enter(wait));
  if (!leave) return undefined;
  try {
    for (let pause = FIRST_POLL_MS; ; pause = Math.min(LONGEST_POLL_MS, pause * 1.5)) {
      const left = end - clock();
      if (left <= 0) return undefined;
      await sleep(Math.min(pause, left));
      const answer = await ask();
      if (answer !== undefined) return answer;
    }
  } finally {
    await leave();
  }
}
