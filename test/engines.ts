import { randomUUID } from 'node:crypto';
import { kafkaJars } from '../local/engines/catalogue';
import { ensureJars } from '../local/engines/jar-cache';
import { findJava } from '../local/engines/java';
import { startKafka as startBroker } from '../local/engines/kafka';
import { freePort } from '../local/engines/ports';
import { startS3 as startObjectStore } from '../local/engines/s3/start';
import { createTables } from '../local/engines/tables';
import { connectAdmin } from '../local/mapping/kafkajs-admin';
import type { TableModel } from '../local/model';
import { stateFolder } from '../local/state';

const origin = { stack: 'test', logicalId: 'Test', path: 'test' };
const unique = () => randomUUID().slice(0, 8);

/** The engines of this run of the integration tests. */
export function engines(): { readonly kafka: string; readonly dynamodb: string } {
  const { ORDERFLOW_TEST_KAFKA: kafka, ORDERFLOW_TEST_DYNAMODB: dynamodb } = process.env;
  if (kafka && dynamodb) return { kafka, dynamodb };
  throw new Error('No engines: name the test *.integration.test.ts, and run it with --selectProjects integration');
}

/** @returns the name of a topic that nobody else uses. */
export async function freshTopic(partitions = 1, configs: Readonly<Record<string, string>> = {}): Promise<string> {
  const name = `topic-${unique()}`;
  const admin = await connectAdmin(engines().kafka);
  try {
    await admin.applyTopics([{ origin, name, partitions, replicationFactor: 1, configs }]);
  } finally {
    await admin.close();
  }
  return name;
}

/**
 * @param create CreateTable's input without the name.
 * @returns the name of a table that nobody else uses.
 */
export async function freshTable(create: TableModel['create']): Promise<string> {
  const name = `table-${unique()}`;
  await createTables(engines().dynamodb, [{ origin, name, create: { ...create, TableName: name } }]);
  return name;
}

export interface OwnKafka {
  /** `localhost:port` */
  readonly address: string;
  /** As a power cut would: SIGKILL, resolved when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A broker for tests that end it. */
export async function startKafka({ port, directory }: { port?: number; directory: string }): Promise<OwnKafka> {
  const at = port ?? (await freePort());
  const [java, jars] = await Promise.all([findJava(), ensureJars(kafkaJars)]);
  const start = () => startBroker({ jars, java, folders: stateFolder(directory).folders('kafka'), port: at });
  let broker = await start();
  return {
    address: `localhost:${at}`,
    async kill() {
      broker.kill();
      await broker.exited;
    },
    async restart() {
      broker = await start();
    },
    stop: () => broker.stop(),
  };
}

export interface OwnObjectStore {
  readonly url: string;
  /** As a power cut would: SIGKILL, resolved when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** An object store for tests that need one, or end it. */
export async function startS3(directory: string): Promise<OwnObjectStore> {
  const port = await freePort();
  const start = () => startObjectStore({ folders: stateFolder(directory).folders('s3'), port });
  let store = await start();
  return {
    url: `http://127.0.0.1:${port}`,
    async kill() {
      store.kill();
      await store.exited;
    },
    async restart() {
      store = await start();
    },
    stop: () => store.stop(),
  };
}
