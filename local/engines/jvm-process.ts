import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { dirname } from 'node:path';
import { identify } from '../process-identity';
import type { EngineProcess } from './engine-process';

export interface GuardedOptions {
  readonly command: string;
  readonly arguments: readonly string[];
  /** Takes both streams; begun anew at each start. */
  readonly logFile: string;
  /** Written while the process lives, so that a later runner finds one that was left over. */
  readonly pidFile: string;
  /** Lets everything else go first. */
  readonly background?: boolean;
}

/** Seconds between the request to end and SIGKILL: an orderly end may write a class archive first. */
const GRACE_SECONDS = 30;

/**
 * Runs an engine that cannot outlive its runner: a shell stands between, whose standard input is a pipe from the runner. When
 * that closes, on purpose or because the runner was killed, the shell ends the engine.
 */
const SUPERVISOR = `
umask 077
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
child=$!
echo $child >&3
exec 3>&-
(
  read -r _ <&4
  kill $child
  n=0
  while [ $n -lt ${GRACE_SECONDS * 10} ] && kill -0 $child; do sleep 0.1; n=$((n+1)); done
  kill -9 $child
) 2>/dev/null &
guard=$!
exec 4<&-
wait $child
status=$?
kill $guard 2>/dev/null
exit $status
`;

export async function startGuarded(options: GuardedOptions): Promise<EngineProcess> {
  mkdirSync(dirname(options.logFile), { recursive: true, mode: 0o700 });
  mkdirSync(dirname(options.pidFile), { recursive: true, mode: 0o700 });
  const log = openSync(options.logFile, 'w', 0o600);
  // A session of its own: Ctrl-C at the terminal reaches the runner only, which ends things in their order.
  const shell = spawn('sh', ['-c', SUPERVISOR, 'sh', options.command, ...options.arguments], {
    detached: true,
    stdio: ['pipe', log, log, 'pipe'],
  });
  closeSync(log);
  const exited = new Promise<number>((resolve) => {
    shell.once('error', () => resolve(127));
    shell.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)));
  });
  // The pipe breaks when the shell is gone; there is nothing left to end then.
  shell.stdin?.on('error', () => {});
  const pid = await readPid(shell.stdio[3] as NodeJS.ReadableStream);
  if (options.background) giveWay(pid);
  writeFileSync(options.pidFile, JSON.stringify(identify(pid) ?? { pid, started: '' }), { mode: 0o600 });
  void exited.then(() => rmSync(options.pidFile, { force: true }));
  return {
    pid,
    exited,
    async stop() {
      shell.stdin?.end();
      await exited;
    },
    kill() {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    },
    lastWords: async () => lastWords(await readFile(options.logFile, 'utf8').catch(() => '')),
  };
}

function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It runs all the same.
  }
}

async function readPid(stream: NodeJS.ReadableStream): Promise<number> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return Number(text);
}

/** Of a log: its last error line if there is one, else its last line. Stack frames say nothing to a user. */
export function lastWords(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !/^\s+(at |\.\.\. )/.test(line));
  const cause = lines.findLast((line) => /^Caused by: |Exception|Error|ERROR|FATAL/.test(line));
  return (cause ?? lines.at(-1) ?? 'it wrote nothing').trim().slice(0, 300);
}
