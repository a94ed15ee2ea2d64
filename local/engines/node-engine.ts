import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify } from '../process-identity';
import { EngineError } from './engine-error';
import type { EngineProcess } from './engine-process';
import type { EngineFolders } from './jvm-engine';
import { lastWords } from './jvm-process';

export interface NodeEngineOptions {
  readonly name: string;
  /** Absolute; it writes a word to file descriptor 3 once it listens, and ends when its standard input does. */
  readonly entry: string;
  /** Handed over as the one argument, in JSON. */
  readonly options: object;
  readonly folders: EngineFolders;
  /** Ends the start. */
  readonly cut?: AbortSignal | undefined;
}

const START_LIMIT_MS = 60_000;
/** Between the request to end and SIGKILL. */
const GRACE_MS = 10_000;

/**
 * Starts an engine that is written in Node in a process of its own and waits until it listens. Its standard input is a pipe
 * from the runner: when that closes, on purpose or because the runner was killed, it ends.
 *
 * @throws EngineError `engine_did_not_start`, with its log's last words; nothing is left running then.
 */
export async function startNodeEngine(engineOptions: NodeEngineOptions): Promise<EngineProcess> {
  const { name, entry, options, folders, cut } = engineOptions;
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const logFile = join(folders.logs, `${name}.log`);
  const pidFile = join(folders.run, `${name}.json`);
  const log = openSync(logFile, 'w', 0o600);
  // A session of its own: Ctrl-C at the terminal reaches the runner only, which ends things in their order.
  const child = spawn(process.execPath, [entry, JSON.stringify(options)], {
    detached: true,
    stdio: ['pipe', log, log, 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  closeSync(log);
  const exited = exitOf(child);
  // The pipe breaks when the process is gone; there is nothing left to end then.
  child.stdin?.on('error', () => {});
  const words = async () => lastWords(await readFile(logFile, 'utf8').catch(() => ''));
  const engine: EngineProcess = {
    pid: child.pid ?? 0,
    exited,
    async stop() {
      child.stdin?.end();
      const late = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await exited;
      clearTimeout(late);
    },
    kill: () => void child.kill('SIGKILL'),
    lastWords: words,
  };
  if (child.pid !== undefined) {
    writeFileSync(pidFile, JSON.stringify(identify(child.pid) ?? { pid: child.pid, started: '' }), { mode: 0o600 });
    void exited.then(() => rmSync(pidFile, { force: true }));
    if (await isReady(child, cut)) return engine;
    engine.kill();
    await exited;
  }
  throw new EngineError(
    'engine_did_not_start',
    `${name} did not come up (${await words()}): see ${logFile}; \`orderflow reset\` removes its state if that is damaged`,
  );
}

const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)));
  });

/** Whether it said so before it ended, or was cut, or within the time. */
const isReady = (child: ChildProcess, cut: AbortSignal | undefined): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), START_LIMIT_MS);
    const giveUp = () => settle(false);
    const settle = (ready: boolean) => {
      clearTimeout(timer);
      cut?.removeEventListener('abort', giveUp);
      resolve(ready);
    };
    const ready = child.stdio[3] as NodeJS.ReadableStream;
    ready.once('data', () => settle(true)).once('close', giveUp);
    if (cut?.aborted) giveUp();
    else cut?.addEventListener('abort', giveUp);
  });
