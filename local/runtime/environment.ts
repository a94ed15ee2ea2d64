import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { monotonicMs, timerMs } from '../../shared/time';
import type { FunctionModel } from '../model';
import { environmentVariables, memoryArguments } from './environment-variables';
import { exitDocument, initTimeoutDocument, timeoutDocument } from './error-document';
import type { InvocationResult } from './invoker';
import { lineSplitter } from './lines';

export type LogStream = 'stdout' | 'stderr';

export interface EnvironmentOptions {
  readonly injected: Readonly<Record<string, string>>;
  readonly onLine: (line: string, stream: LogStream) => void;
  /** Milliseconds the handler's module may take to load. */
  readonly initTimeoutMs: number;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number;
}

/** One process that runs one function, one invocation at a time: Lambda's execution environment. */
export interface Environment {
  readonly pid: number;
  /** Settles once the handler is loaded, with the error document when it cannot be. */
  readonly ready: Promise<{ readonly error?: string }>;
  /** Resolves when the process has ended, whatever ended it. */
  readonly gone: Promise<void>;
  /** False once the process has ended or is ending. */
  alive(): boolean;
  invoke(payload: string): Promise<InvocationResult>;
  /** Lets the function clean up, then kills it; resolves when the process is gone. */
  stop(): Promise<void>;
}

/** What the bootstrap tells; its own comment describes each. */
type Message = ['ready'] | ['init-error' | 'fatal', string] | ['ok' | 'error', string, string];

const BOOTSTRAP = join(__dirname, 'bootstrap.cjs');

/** @returns at once; a process that cannot start shows in `ready`. */
export function startEnvironment(fn: FunctionModel, options: EnvironmentOptions): Environment {
  const start = { root: fn.codeDirectory, handler: fn.handler, arn: fn.arn, sdkFrom: BOOTSTRAP };
  const child = fork(BOOTSTRAP, [fn.name, JSON.stringify(start)], {
    cwd: fn.codeDirectory,
    env: environmentVariables(fn, options.injected),
    execArgv: [...memoryArguments(fn.memoryMb), '--enable-source-maps'],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  forwardLines(child, options.onLine);

  let ending = false;
  let fatal: string | undefined;
  let initialised: (outcome: { error?: string }) => void = () => {};
  let current: { id: string; settle: (result: InvocationResult) => void } | undefined;
  const ready = new Promise<{ error?: string }>((resolve) => {
    initialised = resolve;
  });
  const initTimer = setTimeout(() => {
    initialised({ error: initTimeoutDocument(options.initTimeoutMs) });
    kill();
  }, timerMs(options.initTimeoutMs));

  const settle = (result: InvocationResult) => {
    const { settle: answer } = current ?? {};
    current = undefined;
    answer?.(result);
  };
  const kill = () => {
    ending = true;
    child.kill('SIGKILL');
  };
  const died = (code: number | null, signal: NodeJS.Signals | null) => {
    ending = true;
    clearTimeout(initTimer);
    const payload = fatal ?? exitDocument(current?.id ?? '-', code, signal);
    initialised({ error: payload });
    settle({ ok: false, kind: 'exit', payload });
  };
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      died(code, signal);
      resolve();
    });
    child.once('error', (error) => {
      fatal ??= JSON.stringify({ errorType: 'Runtime.StartError', errorMessage: error.message });
      died(1, null);
      resolve();
    });
  });

  child.on('message', (message: Message) => {
    if (message.length === 1) {
      clearTimeout(initTimer);
      initialised({});
    } else if (message.length === 2) {
      ending = true;
      fatal = message[1];
    } else {
      const [outcome, id, payload] = message;
      if (id !== current?.id) return;
      settle(outcome === 'ok' ? { ok: true, payload } : { ok: false, kind: 'unhandled', payload });
    }
  });

  return {
    pid: child.pid ?? -1,
    ready,
    gone,
    alive: () => !ending,
    invoke(payload) {
      const id = randomUUID();
      const limit = fn.timeoutSeconds * 1000;
      return new Promise<InvocationResult>((resolve) => {
        const timer = setTimeout(() => {
          settle({ ok: false, kind: 'timeout', payload: timeoutDocument(id, fn.timeoutSeconds, Date.now()) });
          kill();
        }, timerMs(limit));
        current = {
          id,
          settle: (result) => {
            clearTimeout(timer);
            resolve(result);
          },
        };
        // A failed send means the process is going: its exit settles the invocation.
        child.send(['invoke', id, payload, monotonicMs() + limit], () => {});
      });
    },
    async stop() {
      ending = true;
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
        child.kill('SIGTERM');
        const timer = setTimeout(kill, timerMs(options.graceMs));
        await gone;
        clearTimeout(timer);
      }
    },
  };
}

function forwardLines(child: ChildProcess, onLine: EnvironmentOptions['onLine']): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const lines = lineSplitter((line) => onLine(line, stream));
    child[stream]?.on('data', lines.write).on('end', lines.end);
  }
}
