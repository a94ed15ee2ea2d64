import { exitWith } from './output/failure';

const INTERRUPTED = 130;

/** Why a system in the foreground is to end: a signal's name, or what makes it impossible to go on. */
export type EndReason = NodeJS.Signals | Error;

export interface Ending {
  /** Resolves at the first reason. */
  readonly asked: Promise<EndReason>;
  because(error: Error): void;
}

/** Listens to the signals that end a system. The second one does not wait: engines and functions end with their runner. */
export function listenForEnd(): Ending {
  let because: (reason: EndReason) => void = () => {};
  const asked = new Promise<EndReason>((resolve) => {
    because = resolve;
  });
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(INTERRUPTED);
      because(signal);
    });
  }
  return { asked, because };
}

/** What the work comes to, unless the end is asked for while it goes on: that ends the process. */
export async function unlessEnded<Result>(ending: Ending, work: Promise<Result>): Promise<Result> {
  const reason = await Promise.race([work.then(() => undefined), ending.asked]);
  if (reason instanceof Error) exitWith(reason);
  if (reason !== undefined) process.exit(INTERRUPTED);
  return work;
}
