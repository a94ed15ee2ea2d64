import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../local/engines/ports';
import { stateFolder } from '../../local/state';

/** `orderflow up` as a person runs it: a process of its own, on ports and a state folder of its own. */
export interface Runner {
  readonly url: string;
  /** Resolves when it is ready. */
  start(): Promise<void>;
  /** Resolves with the next line that says this. */
  nextLine(words: RegExp): Promise<string>;
  /** Processes that run a function. */
  functionPids(name: string): readonly number[];
  kafkaPid(): number;
  /** As a power cut would; resolves when it is gone. */
  kill(): Promise<void>;
  /** In order, and without a trace. */
  remove(): Promise<void>;
}

const ROOT = join(__dirname, '../..');

export async function createRunner(say: (line: string) => void): Promise<Runner> {
  const directory = await mkdtemp(join(tmpdir(), 'orderflow-restart-'));
  const options = ['--port', '--kafka-port', '--kafka-container-port', '--dynamodb-port', '--s3-port'];
  const ports: number[] = [];
  for (const _ of options) ports.push(await freePort());
  const flags = options.flatMap((option, index) => [option, String(ports[index])]);
  const command = ['bin/orderflow.mjs', 'up', '--json', '--engine', 'jvm', '--state', directory, ...flags];
  const listeners = new Set<(line: string) => void>();
  let child: ChildProcess | undefined;

  const nextLine = (words: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`The runner ended (${code}) before it said ${words}`));
      const listen = (line: string) => {
        if (!words.test(line)) return;
        listeners.delete(listen);
        child?.off('exit', ended);
        resolve(line);
      };
      listeners.add(listen);
      child?.once('exit', ended);
    });
  const gone = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };
  return {
    url: `http://localhost:${ports[0]}`,
    nextLine,
    async start() {
      child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
      for (const stream of [child.stdout, child.stderr]) {
        if (!stream) continue;
        createInterface({ input: stream }).on('line', (line) => {
          say(line);
          for (const listen of listeners) listen(line);
        });
      }
      await nextLine(/^\{"event":"ready"/);
    },
    functionPids: (name) =>
      execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, parent, ...words]) => Number(parent) === child?.pid && words.includes(name))
        .map(([pid]) => Number(pid)),
    kafkaPid: () => JSON.parse(readFileSync(stateFolder(directory).file('run', 'kafka.json'), 'utf8')).pid as number,
    kill: () => gone('SIGKILL'),
    async remove() {
      await gone('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
