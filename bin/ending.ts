const INTERRUPTED = 130;

export interface Ending {
  /** Resolves at the first signal. */
  readonly asked: Promise<NodeJS.Signals>;
}

/** Listens to the signals that end a system. The second one does not wait: engines and functions end with their runner. */
export function listenForEnd(): Ending {
  let ask: (signal: NodeJS.Signals) => void = () => {};
  const asked = new Promise<NodeJS.Signals>((resolve) => {
    ask = resolve;
  });
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals > 1) process.exit(INTERRUPTED);
      ask(signal);
    });
  }
  return { asked };
}

/** What the work comes to, unless the end is asked for while it goes on: that ends the process. */
export async function unlessEnded<Result>(ending: Ending, work: Promise<Result>): Promise<Result> {
  const signal = await Promise.race([work.then(() => undefined), ending.asked]);
  if (signal !== undefined) process.exit(INTERRUPTED);
  return work;
}
