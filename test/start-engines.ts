import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaJars } from '../local/engines/catalogue';
import { startDynamodb } from '../local/engines/dynamodb/start';
import { ensureJars } from '../local/engines/jar-cache';
import { findJava } from '../local/engines/java';
import { startKafka } from '../local/engines/kafka';
import { freePort } from '../local/engines/ports';
import { stateFolder } from '../local/state';

export interface TestEngines {
  stop(): Promise<void>;
}

/** Starts the engines once for all integration tests, empty, on free ports; test/engines.ts hands them out. */
export default async function startEngines(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'orderflow-test-'));
  const { folders } = stateFolder(root);
  const [java, kafka] = await Promise.all([findJava(), ensureJars(kafkaJars)]);
  const [kafkaPort, dynamodbPort] = [await freePort(), await freePort()];
  const running = await Promise.all([
    startKafka({ jars: kafka, java, folders: folders('kafka'), port: kafkaPort, compile: 'little' }),
    startDynamodb({ folders: folders('dynamodb'), port: dynamodbPort, temporary: true }),
  ]);
  process.env.ORDERFLOW_TEST_KAFKA = `localhost:${kafkaPort}`;
  process.env.ORDERFLOW_TEST_DYNAMODB = `http://127.0.0.1:${dynamodbPort}`;
  const engines: TestEngines = {
    async stop() {
      await Promise.all(running.map((engine) => engine.stop()));
      await rm(root, { recursive: true, force: true });
    },
  };
  Object.assign(globalThis, { orderflowTestEngines: engines });
}
