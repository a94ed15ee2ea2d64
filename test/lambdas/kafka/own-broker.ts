import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaJars } from '../../../local/engines/catalogue';
import { ensureJars } from '../../../local/engines/jar-cache';
import { findJava } from '../../../local/engines/java';
import { startKafka } from '../../../local/engines/kafka';
import { freePort } from '../../../local/engines/ports';

/** A Kafka of a test's own, which it may kill. */
export interface OwnBroker {
  readonly address: string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Comes back on the same port, with what it had on disk. */
  restart(): Promise<void>;
  remove(): Promise<void>;
}

export async function startOwnBroker(): Promise<OwnBroker> {
  const state = mkdtempSync(join(tmpdir(), 'orderflow-broker-'));
  const port = await freePort();
  const options = {
    jars: await ensureJars(kafkaJars),
    java: await findJava(),
    folders: { data: join(state, 'data'), logs: join(state, 'logs'), run: join(state, 'run') },
    port,
  };
  let process = await startKafka(options);
  const kill = async () => {
    process.kill();
    await process.exited;
  };
  return {
    address: `localhost:${port}`,
    kill,
    async restart() {
      process = await startKafka(options);
    },
    async remove() {
      await kill();
      rmSync(state, { recursive: true, force: true });
    },
  };
}
