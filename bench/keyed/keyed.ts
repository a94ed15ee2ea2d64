import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { consume } from '../../lambdas/kafka/consume';
import type { KafkaEvent } from '../../lambdas/kafka/event';
import { textValue } from '../../lambdas/kafka/record';
import { workInKeyOrder } from '../../lambdas/kafka/work-in-key-order';
import { ensureJars } from '../../local/engines/jar-cache';
import type { Benchmark } from '../benchmark';
import { createTopics, withKafka } from '../engines';
import { median, rounded } from '../statistics';
import { parallelConsumerJars } from './jars';

const RECORDS = 10_000;
const KEYS = [20, 100];
const RUNS = 3;

/** Milliseconds of work of a record: the same 0…5 on both sides. */
const workOf = (index: number) => ((index * 2_654_435_761) % 4_294_967_296) % 6;

/**
 * One batch of 10,000 records with 0–5 ms of work each, in key order: milliseconds from the first record's work to the end of
 * the last one's, beside Confluent's Parallel Consumer (one partition, concurrency 100) in the same run, in turn.
 */
export const keyed: Benchmark = (say) =>
  withKafka(say, async (brokers) => {
    const jars = await ensureJars(parallelConsumerJars);
    const ours: Record<number, number[]> = {};
    const theirs: Record<number, number[]> = {};
    for (let run = 0; run < RUNS; run++) {
      const topic = `keyed-${Date.now()}`;
      await createTopics(brokers, Object.fromEntries(KEYS.map((keys) => [`${topic}-${keys}`, 1])));
      const output = execFileSync('java', [
        '-cp',
        jars.classPath,
        join(__dirname, 'KeyedBench.java'),
        ...[brokers, topic, String(RECORDS), ...KEYS.map(String)],
      ]).toString();
      for (const line of output.trim().split('\n')) {
        const [keys = 0, ms = 0] = line.split(' ').map(Number);
        theirs[keys] = [...(theirs[keys] ?? []), ms];
      }
      for (const keys of KEYS) ours[keys] = [...(ours[keys] ?? []), await oneBatch(keys)];
    }
    return Object.fromEntries(
      KEYS.flatMap((keys) => {
        const [mine, peer] = [median(ours[keys] ?? []), median(theirs[keys] ?? [])];
        say(`${keys} keys: ${mine.toFixed(0)} ms, Parallel Consumer ${peer.toFixed(0)} ms`);
        return [
          [`keys_${keys}_ms`, rounded(mine, 0)],
          [`keys_${keys}_parallel_consumer_ms`, rounded(peer, 0)],
          [`keys_${keys}_speed_ratio`, rounded(peer / mine, 2)],
        ];
      }),
    );
  });

async function oneBatch(keys: number): Promise<number> {
  const event = batch(keys);
  const started = performance.now();
  const effect = workInKeyOrder<number>(
    (ms) => new Promise((resolve) => (ms === 0 ? resolve() : setTimeout(resolve, ms))),
  );
  const answer = await consume(
    event,
    {
      name: 'keyed',
      split: (record) => [{ key: String(record.key), id: String(record.offset), event: Number(textValue(record)) }],
      effect,
    },
    {
      publisher: { publish: async () => [], close: async () => {} },
      deadLetterTopic: 'none',
      letters: { written: async () => new Set(), note: async () => {} },
      budget: { remainingMs: () => 60_000, pause: async () => {}, signal: new AbortController().signal },
      now: Date.now,
      log: { warn: () => {}, error: () => {} },
    },
  );
  if (answer.batchItemFailures.length > 0) throw new Error('The batch failed');
  return performance.now() - started;
}

function batch(keys: number): KafkaEvent {
  const records = Array.from({ length: RECORDS }, (_, offset) => ({
    topic: 'keyed',
    partition: 0,
    offset,
    timestamp: 0,
    timestampType: 'CREATE_TIME' as const,
    key: Buffer.from(`key-${offset % keys}`).toString('base64'),
    value: Buffer.from(String(workOf(offset))).toString('base64'),
    headers: [],
  }));
  return { eventSource: 'aws:kafka', bootstrapServers: '', records: { 'keyed-0': records } };
}
