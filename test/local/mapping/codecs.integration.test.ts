import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaJars } from '../../../local/engines/catalogue';
import { ensureJars } from '../../../local/engines/jar-cache';
import { findJava } from '../../../local/engines/java';
import { sampleValues } from '../batches/clients/samples';
import { aCollector, aKafka, distinct } from './kafka';

const { topic, send, map, brokers } = aKafka();
const values = Array.from({ length: 200 }, (_, n) =>
  JSON.stringify({ order_id: `${n}`, user: 'john', item: 'burger' }),
);

// The broker compresses by itself what comes otherwise, with the libraries that Java's producers use.
test.each(['gzip', 'snappy', 'lz4', 'zstd'])('records compressed with %s are read', async (codec) => {
  const name = await topic(1, { 'compression.type': codec });
  const collector = aCollector();
  await send(name, values);
  map(name, (records) => collector.add(records));
  await collector.until(distinct(values.length));
  expect(collector.values()).toEqual(values);
});

test("Java's producer is read in every codec, and plain batches among its own", async () => {
  const [java, { classPath }] = await Promise.all([findJava(), ensureJars(kafkaJars)]);
  const [name, folder] = [await topic(), await mkdtemp(join(tmpdir(), 'orderflow-samples-'))];
  for (const [index, value] of sampleValues().entries()) await writeFile(join(folder, String(index)), value);
  const codecs = ['gzip', 'none', 'snappy', 'lz4', 'none', 'zstd'];
  const program = join(__dirname, '../batches/clients/Produce.java');
  const topics = codecs.map((codec) => `${name}=${codec}`);
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';
  await promisify(execFile)(java.command, [quiet, '-cp', classPath, program, brokers(), folder, ...topics]);
  await rm(folder, { recursive: true });

  const collector = aCollector();
  const checksums: boolean[] = [];
  map(name, (records, payload) => {
    for (const { value, headers } of recordsOf(payload)) {
      const bytes = Buffer.from(value, 'base64');
      const stated = Buffer.from(headers[0]?.sha256 ?? []).toString();
      checksums.push(createHash('sha256').update(bytes).digest('hex') === stated);
    }
    collector.add(records);
  });
  await collector.until(distinct(codecs.length * sampleValues().length));
  expect(new Set(checksums)).toEqual(new Set([true]));
});

const recordsOf = (payload: string) => {
  type Sent = { readonly value: string; readonly headers: readonly { readonly sha256?: number[] }[] };
  return Object.values((JSON.parse(payload) as { records: Record<string, Sent[]> }).records).flat();
};
