import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaJars } from '../local/engines/catalogue';
import { ensureJars } from '../local/engines/jar-cache';
import { findJava } from '../local/engines/java';
import { startKafka } from '../local/engines/kafka';
import { freePort } from '../local/engines/ports';
import { connectAdmin } from '../local/mapping/kafkajs-admin';

/** Runs a benchmark against a Kafka of its own on a free port, and removes both afterwards. */
export async function withKafka<T>(say: (line: string) => void, work: (brokers: string) => Promise<T>): Promise<T> {
  const state = mkdtempSync(join(tmpdir(), 'orderflow-bench-'));
  const port = await freePort();
  say('starting Kafka');
  const kafka = await startKafka({
    jars: await ensureJars(kafkaJars),
    java: await findJava(),
    folders: { data: join(state, 'kafka'), logs: join(state, 'logs'), run: join(state, 'run') },
    port,
  });
  try {
    return await work(`localhost:${port}`);
  } finally {
    await kafka.stop();
    rmSync(state, { recursive: true, force: true });
  }
}

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
