/**
 * Makes test/local/batches/fixtures anew: what real clients write, as a broker keeps it. `npx tsx test/local/batches/clients/capture.ts`
 * wants Java, `python3` with confluent-kafka, kafka-python, lz4, python-snappy and zstandard, and the program of produce.go, in
 * PYTHON and PRODUCE_GO if they are not on the PATH.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaJars } from '../../../../local/engines/catalogue';
import { ensureJars } from '../../../../local/engines/jar-cache';
import { connectAdmin } from '../../../../local/mapping/kafkajs-admin';
import { startKafka } from '../../../engines';
import { sampleValues } from './samples';

const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'];
const CLIENTS = ['java', 'librdkafka', 'kafka-python', 'franz-go', 'sarama'] as const;
const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';
const FIXTURES = join(__dirname, '../fixtures');

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'orderflow-capture-'));
  const values = join(directory, 'values');
  mkdirSync(values);
  for (const [index, value] of sampleValues().entries()) writeFileSync(join(values, String(index)), value);
  const broker = await startKafka({ directory });
  const admin = await connectAdmin(broker.address);
  const { classPath } = await ensureJars(kafkaJars);
  const origin = { stack: 'capture', logicalId: 'Capture', path: 'capture' };
  const names = CLIENTS.flatMap((client) => CODECS.map((codec) => `${client}-${codec}`));
  await admin.applyTopics(names.map((name) => ({ origin, name, partitions: 1, replicationFactor: 1, configs: {} })));
  mkdirSync(FIXTURES, { recursive: true });
  for (const client of CLIENTS) {
    const [command, ...before] = {
      java: ['java', QUIET, '-cp', classPath, join(__dirname, 'Produce.java')],
      librdkafka: [process.env.PYTHON ?? 'python3', join(__dirname, 'produce.py'), 'librdkafka'],
      'kafka-python': [process.env.PYTHON ?? 'python3', join(__dirname, 'produce.py'), 'kafka-python'],
      'franz-go': [process.env.PRODUCE_GO ?? 'produce', 'franz-go'],
      sarama: [process.env.PRODUCE_GO ?? 'produce', 'sarama'],
    }[client] as [string, ...string[]];
    const topics = CODECS.map((codec) => `${client}-${codec}=${codec}`);
    execFileSync(command, [...before, broker.address, values, ...topics], { stdio: 'inherit' });
  }
  await admin.close();
  await broker.stop();
  for (const name of names) {
    copyFileSync(join(directory, 'kafka', `${name}-0`, '0'.repeat(20).concat('.log')), join(FIXTURES, `${name}.log`));
  }
  rmSync(directory, { recursive: true });
}

void main();
