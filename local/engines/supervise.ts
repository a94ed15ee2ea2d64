import { dependence, type EngineName } from './dependence';
import type { EngineProcess } from './engine-process';
import { isSaid, pause, pauseAfter, untilDone } from './tries';

export interface SuperviseOptions {
  readonly name: EngineName;
  /** Starts it on its state; resolves when it answers, rejects when it ended before that or the start was cut. */
  readonly start: (cut: AbortSignal) => Promise<EngineProcess>;
  /** Whenever it has come up; what fails is tried again while it lives. */
  readonly onUp?: () => Promise<void>;
  /** One line for people. */
  readonly log: (line: string) => void;
}

export interface SupervisedEngine {
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** One that stayed up as long is well: what happens to it then is no part of an earlier trouble. */
const WELL_AFTER_MS = 60_000;

/**
 * Keeps an engine up for as long as the user lets the system run: whenever it dies, in its own restart too, it is started
 * again on its state, the first time at once, then after longer and longer pauses.
 *
 * @returns when it has come up, or at once when the system can start without it.
 * @throws what the very first start of a needed engine throws: that is the user's to mend.
 */
export async function supervise({ name, start, onUp, log }: SuperviseOptions): Promise<SupervisedEngine> {
  const stopping = new AbortController();
  const { needed, waits } = dependence[name];
  let current: EngineProcess | undefined;
  /** Deaths and failed starts since it was last well. */
  let troubles = 0;
  let isSaidToBeAway = false;

  const keep = async (first?: EngineProcess) => {
    for (let engine = first; !stopping.signal.aborted; engine = undefined) {
      const what = await (engine ? untilDeath(engine) : start(stopping.signal).then(untilDeath, notUp));
      if (stopping.signal.aborted) return;
      troubles += 1;
      if (isSaid(troubles)) {
        log(`${what}; starting it again${when(troubles)}. ${waits}`);
        isSaidToBeAway = true;
      }
      await pause(pauseAfter(troubles), stopping.signal);
    }
  };
  const untilDeath = async (engine: EngineProcess) => {
    if (stopping.signal.aborted) await engine.stop();
    current = engine;
    const up = performance.now();
    if (isSaidToBeAway) log(`${name} is back`);
    isSaidToBeAway = false;
    void attend(engine);
    const code = await engine.exited;
    current = undefined;
    if (performance.now() - up > WELL_AFTER_MS) troubles = 0;
    const how = code > 128 ? `signal ${code - 128}` : `exit code ${code}`;
    // The first death has words of its own seldom, and the log's are about something else then.
    return `${name} died (${troubles > 0 ? `${how}; ${await engine.lastWords()}; see logs/${name}.log` : how})`;
  };
  const notUp = (error: Error) => error.message;
  const attend = async (engine: EngineProcess) => {
    const gone = new AbortController();
    void engine.exited.then(() => gone.abort());
    const say = ({ message }: Error) => log(`${name} is up, and of no use yet (${message}); trying again`);
    if (onUp) await untilDone(onUp, { say, cut: gone.signal });
  };

  const keeping = keep(needed ? await start(stopping.signal) : undefined);
  return {
    pid: () => current?.pid,
    async stop() {
      stopping.abort();
      await current?.stop();
      await keeping;
    },
  };
}

const when = (troubles: number): string =>
  troubles === 1
    ? ''
    : ` in ${pauseAfter(troubles) / 1_000} s, trouble ${troubles} in a row, and on for as long as this runs`;
