import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaJars } from '../local/engines/catalogue';
import { startDynamodb } from '../local/engines/dynamodb/start';
import { ensureJars } from '../local/engines/jar-cache';
import { findJava } from '../local/engines/java';
import { startKafka } from '../local/engines/kafka';
import { freePort } from '../local/engines/ports';
import { connectAdmin } from '../local/mapping/kafkajs-admin';

type Say = (line: string) => void;

/** Runs a benchmark against a Kafka of its own on a free port, and removes both afterwards. */
export function withKafka<T>(say: Say, work: (brokers: string) => Promise<T>): Promise<T> {
  return withEngine(async (folder) => {
    const port = await freePort();
    say('Starting Kafka');
    const jars = await ensureJars(kafkaJars);
    return { engine: await startKafka({ ...(await onJava(folder)), jars, port }), address: `localhost:${port}` };
  }, work);
}

/** The same with the embedded DynamoDB. */
export function withDynamodb<T>(say: Say, work: (url: string) => Promise<T>): Promise<T> {
  return withEngine(async (folder) => {
    const port = await freePort();
    say('Starting DynamoDB');
    const engine = await startDynamodb({ folders: foldersIn(folder), port, temporary: true });
    return { engine, address: `http://127.0.0.1:${port}` };
  }, work);
}

async function withEngine<T>(
  start: (folder: string) => Promise<{ engine: { stop(): Promise<unknown> }; address: string }>,
  work: (address: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'orderflow-bench-'));
  try {
    const { engine, address } = await start(folder);
    try {
      return await work(address);
    } finally {
      await engine.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const onJava = async (folder: string) => ({
  java: await findJava(),
  folders: foldersIn(folder),
});

const foldersIn = (folder: string) => ({
  data: join(folder, 'data'),
  logs: join(folder, 'logs'),
  run: join(folder, 'run'),
});

/** Creates topics with that many partitions. */
export async function createTopics(brokers: string, topics: Readonly<Record<string, number>>): Promise<void> {
  const admin = await connectAdmin(brokers);
  await admin.applyTopics(
    Object.entries(topics).map(([name, partitions]) => ({
      origin: { stack: 'bench', logicalId: name, path: name },
      name,
      partitions,
      replicationFactor: 1,
      configs: {},
    })),
  );
  await admin.close();
}
