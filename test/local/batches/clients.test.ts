import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../../local/batches/record-set';
import { aBatch, read } from './a-batch';
import { sampleValues } from './clients/samples';

const fixtures = join(__dirname, 'fixtures');
const names = readdirSync(fixtures).map((file) => file.replace('.log', ''));
const sha256 = (bytes: Buffer | null) =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');

async function recordsOf(set: Buffer) {
  const entries = await read(set, { limits: { ...LIMITS, kept: Number.POSITIVE_INFINITY } });
  return entries.map((entry) => {
    if (entry.kind !== 'record') throw new Error(`${entry.kind} at ${entry.from}`);
    return { ...entry, codec: entry.batch.codec };
  });
}

test('every codec of every client is there', () => {
  const clients = ['franz-go', 'java', 'kafka-python', 'librdkafka', 'sarama'];
  const codecs = ['gzip', 'lz4', 'snappy', 'zstd'];
  expect(names.sort()).toEqual(clients.flatMap((client) => codecs.map((codec) => `${client}-${codec}`)));
});

test.each(names)('%s: every value is the one its header has the checksum of', async (name) => {
  const records = await recordsOf(readFileSync(join(fixtures, `${name}.log`)));
  expect(records.map(({ value }) => sha256(value))).toEqual(sampleValues().map(sha256));
  expect(records.map(({ headers }) => String(headers[0]?.[1]))).toEqual(sampleValues().map(sha256));
  expect([...new Set(records.map(({ codec }) => codec))]).toContain(name.split('-').at(-1));
});

test('plain and compressed batches of all clients are read in one answer', async () => {
  const plain = aBatch({
    records: sampleValues().map((value, offset) => ({
      offset,
      value,
      headers: [['sha256', Buffer.from(sha256(value))]],
    })),
  });
  const sets = names.flatMap((name) => [readFileSync(join(fixtures, `${name}.log`)), plain]);
  const records = await recordsOf(Buffer.concat(sets));
  expect(records).toHaveLength(2 * names.length * sampleValues().length);
  for (const { value, headers } of records) expect(String(headers[0]?.[1])).toBe(sha256(value));
});
