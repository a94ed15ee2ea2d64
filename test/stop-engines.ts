import type { TestEngines } from './start-engines';

export default async function stopEngines(): Promise<void> {
  await (globalThis as { orderflowTestEngines?: TestEngines }).orderflowTestEngines?.stop();
}
