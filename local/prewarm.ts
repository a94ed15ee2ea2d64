import { availableParallelism } from 'node:os';
import type { FunctionModel, SystemModel } from './model';
import type { Runtime } from './runtime/runtime';

/**
 * Starts an environment for each function that answers requests, then for each mapping, so that nobody meets a cold start;
 * as many at a time as there are processors, those that are waited for most eagerly first.
 */
export async function prewarm(model: SystemModel, runtime: Runtime, mappings: boolean): Promise<void> {
  const queue = warmingOrder(model, mappings);
  const planned = new Map<string, number>();
  const work = async () => {
    for (let fn = queue.shift(); fn; fn = queue.shift()) {
      const { name } = fn;
      const wanted = (planned.get(name) ?? 0) + 1;
      planned.set(name, wanted);
      const running = runtime.environments().filter((environment) => environment.name === name).length;
      // One that was invoked meanwhile has been started; one that cannot start says so when it is invoked.
      if (running < wanted) await runtime.prewarm(fn);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

/** One entry for each environment to start. */
export function warmingOrder(model: SystemModel, mappings: boolean): FunctionModel[] {
  const routed = new Set(model.apis.flatMap(({ routes }) => routes.map(({ functionArn }) => functionArn)));
  const polled = mappings ? model.mappings.filter(({ enabled }) => enabled) : [];
  const eager = polled.toSorted((a, b) => a.batchingWindowMs - b.batchingWindowMs);
  return [...routed, ...eager.map(({ functionArn }) => functionArn)]
    .map((arn) => model.functions.find((fn) => fn.arn === arn))
    .filter((fn) => fn !== undefined);
}
