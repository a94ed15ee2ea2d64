/** What waiting for an answer takes. */
export interface WaitPorts {
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock: () => number;
}

const FIRST_POLL_MS = 25;
const LONGEST_POLL_MS = 400;

/** Asks again, less and less often, until there is an answer or the time is up. @param wait milliseconds */
export async function within<T>(
  wait: number,
  { sleep, clock }: WaitPorts,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = clock() + wait;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(LONGEST_POLL_MS, pause * 1.5)) {
    const answer = await ask();
    const left = end - clock();
    if (answer !== undefined || left <= 0) return answer;
    await sleep(Math.min(pause, left));
  }
}
