import { timerMs } from '../../shared/time';
import type { FunctionModel } from '../model';
import type { Environment } from './environment';
import type { InvocationResult } from './invoker';

export interface PoolOptions {
  readonly start: (fn: FunctionModel) => Environment;
  /** Most environments of this function at a time; further invocations wait. */
  readonly maximum: number;
  /**
   * Milliseconds an invocation waits for a busy environment before another one is started: less than a cold start
   * costs, so a burst of quick requests does not start a process each.
   */
  readonly patienceMs: number;
}

/** The execution environments of one function. */
export interface Pool {
  invoke(payload: string): Promise<InvocationResult>;
  /** Starts one environment more; resolves when its handler is loaded, or cannot be. */
  prewarm(): Promise<void>;
  environments(): readonly Environment[];
  /** Refuses new invocations and stops every environment. */
  close(): Promise<void>;
}

export class RuntimeClosedError extends Error {
  readonly code = 'RUNTIME_CLOSED';
  readonly retriable = false;
  constructor() {
    super('The runtime is closing and takes no more invocations.');
  }
}

export function createPool(fn: FunctionModel, options: PoolOptions): Pool {
  const environments = new Set<Environment>();
  const idle: Environment[] = [];
  const waiting: { take: (environment: Environment) => void; refuse: (error: Error) => void }[] = [];
  let starting = 0;
  let closed = false;

  const release = (environment: Environment) => {
    if (!environment.alive()) {
      environments.delete(environment);
      if (waiting.length > 0) void start();
      return;
    }
    const next = waiting.shift();
    if (next) next.take(environment);
    else idle.push(environment);
  };

  const start = () => {
    if (closed || environments.size >= options.maximum) return undefined;
    const environment = options.start(fn);
    environments.add(environment);
    void environment.gone.then(() => environments.delete(environment));
    starting += 1;
    return environment.ready.then(({ error }) => {
      starting -= 1;
      if (error === undefined) return release(environment);
      environments.delete(environment);
      // Whoever waits gets the error, as Lambda answers the invocation whose environment could not start.
      waiting.shift()?.take(failed(error));
    });
  };

  const takeIdle = (): Environment | undefined => {
    for (let environment = idle.pop(); environment; environment = idle.pop()) {
      if (environment.alive()) return environment;
      environments.delete(environment);
    }
    return undefined;
  };

  const acquire = (): Promise<Environment> => {
    if (closed) return Promise.reject(new RuntimeClosedError());
    const ready = takeIdle();
    if (ready) return Promise.resolve(ready);
    return new Promise((take, refuse) => {
      const waiter = { take, refuse };
      waiting.push(waiter);
      if (environments.size === 0) void start();
      else
        setTimeout(() => {
          if (waiting.includes(waiter) && starting < waiting.length) void start();
        }, timerMs(options.patienceMs));
    });
  };

  return {
    async invoke(payload) {
      const environment = await acquire();
      const result = await environment.invoke(payload);
      release(environment);
      return result;
    },
    async prewarm() {
      await start();
    },
    environments: () => [...environments],
    async close() {
      closed = true;
      for (const { refuse } of waiting.splice(0)) refuse(new RuntimeClosedError());
      await Promise.all([...environments].map((environment) => environment.stop()));
      environments.clear();
    },
  };
}

/** Stands in for an environment that could not start: answers its one invocation with the error. */
function failed(payload: string): Environment {
  return {
    pid: -1,
    ready: Promise.resolve({ error: payload }),
    gone: Promise.resolve(),
    alive: () => false,
    invoke: () => Promise.resolve({ ok: false, kind: 'unhandled', payload }),
    stop: () => Promise.resolve(),
  };
}
