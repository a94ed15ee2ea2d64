import type { FunctionModel } from '../model';
import { type LogStream, startEnvironment } from './environment';
import type { Invoker } from './invoker';
import { createPool, type Pool } from './pool';

export interface RuntimeOptions {
  /** Variables the runner adds to the template's: endpoints, `KAFKA_AUTH=none`, a user's own `--env`. */
  readonly environmentVariables: (fn: FunctionModel) => Readonly<Record<string, string>>;
  /** A line a function wrote, without its line feed. */
  readonly log: (fn: FunctionModel, line: string, stream: LogStream) => void;
  readonly onStart?: (fn: FunctionModel, pid: number) => void;
  /** Most environments of one function at a time. @default 16 */
  readonly maximumEnvironments?: number;
  /** Milliseconds a handler's module may take to load. @default 60000, since a dozen may load at once on a laptop */
  readonly initTimeoutMs?: number;
  /** Milliseconds between SIGTERM and SIGKILL. @default 2000 */
  readonly graceMs?: number;
  /** @default 25, see PoolOptions */
  readonly patienceMs?: number;
}

export interface RunningEnvironment {
  /** The function's name. */
  readonly name: string;
  readonly pid: number;
}

export interface Runtime extends Invoker {
  /** Starts one environment more of a function; resolves when its handler is loaded, or cannot be. */
  prewarm(fn: FunctionModel): Promise<void>;
  environments(): readonly RunningEnvironment[];
  /** Stops every environment: SIGTERM, then SIGKILL. Call it when nothing invokes any more. */
  close(): Promise<void>;
}

/** Runs functions as Lambda does, each execution environment a process of its own. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const pools = new Map<string, { fn: FunctionModel; pool: Pool }>();
  const start = (fn: FunctionModel) => {
    const environment = startEnvironment(fn, {
      injected: options.environmentVariables(fn),
      onLine: (line, stream) => options.log(fn, line, stream),
      initTimeoutMs: options.initTimeoutMs ?? 60_000,
      graceMs: options.graceMs ?? 2_000,
    });
    options.onStart?.(fn, environment.pid);
    return environment;
  };
  const poolOf = (fn: FunctionModel): Pool => {
    const known = pools.get(fn.arn);
    if (known) return known.pool;
    const pool = createPool(fn, {
      start,
      maximum: options.maximumEnvironments ?? 16,
      patienceMs: options.patienceMs ?? 25,
    });
    pools.set(fn.arn, { fn, pool });
    return pool;
  };
  return {
    invoke: (fn, payload) => poolOf(fn).invoke(payload),
    prewarm: (fn) => poolOf(fn).prewarm(),
    environments: () =>
      [...pools.values()].flatMap(({ fn, pool }) => pool.environments().map(({ pid }) => ({ name: fn.name, pid }))),
    async close() {
      await Promise.all([...pools.values()].map(({ pool }) => pool.close()));
    },
  };
}
