import { EngineError } from './engine-error';
import type { JvmProcess } from './jvm-process';

export interface SuperviseOptions {
  readonly name: string;
  readonly start: () => Promise<JvmProcess>;
  /** One line for people. */
  readonly log: (line: string) => void;
  /** Told once, when the engine is given up. */
  readonly onLost: (error: EngineError) => void;
}

export interface SupervisedEngine {
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** So many ends within this time are no accident. */
const MOST_DEATHS = 3;
const WITHIN_MS = 120_000;

/** Keeps an engine up: one that dies is started again on its state, unless it keeps dying. */
export async function supervise(options: SuperviseOptions): Promise<SupervisedEngine> {
  const { name, start, log, onLost } = options;
  let stopping = false;
  let deaths: readonly number[] = [];
  let current: JvmProcess | undefined = await start();
  let restarting: Promise<void> | undefined;

  const watch = (engine: JvmProcess) => {
    void engine.exited.then((code) => {
      current = undefined;
      if (!stopping) restarting = restart(engine, code);
    });
  };
  const restart = async (engine: JvmProcess, code: number) => {
    deaths = recentDeaths(deaths, Date.now());
    if (deaths.length >= MOST_DEATHS) return onLost(await keepsDying(engine));
    log(`${name} died (${code > 128 ? `signal ${code - 128}` : `exit code ${code}`}); starting it again`);
    try {
      const next = await start();
      if (stopping) return await next.stop();
      current = next;
      watch(next);
      log(`${name} is back`);
    } catch (error) {
      if (!stopping) onLost(error instanceof EngineError ? error : await keepsDying(engine));
    }
  };
  const keepsDying = async (engine: JvmProcess) =>
    new EngineError(
      'engine_keeps_dying',
      `${name} keeps dying (${await engine.lastWords()}): see its log, then start again`,
    );

  watch(current);
  return {
    pid: () => current?.pid,
    async stop() {
      stopping = true;
      await current?.stop();
      await restarting;
    },
  };
}

/** The deaths that still count, this one included. */
export const recentDeaths = (deaths: readonly number[], now: number): readonly number[] => [
  ...deaths.filter((at) => now - at < WITHIN_MS),
  now,
];
