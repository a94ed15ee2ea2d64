import { join } from 'node:path';
import { connectSender } from '../local/mapping/kafkajs-send';
import { startMapping } from '../local/mapping/mapping';
import type { FunctionModel, MappingModel } from '../local/model';
import { createRuntime } from '../local/runtime/runtime';
import type { Benchmark } from './benchmark';
import { createTopics, withKafka } from './engines';
import { quantile, rounded } from './statistics';

const RECORDS = 2_000;
const WARM_UP = 300;
const origin = { stack: 'bench', logicalId: 'latency', path: 'bench/latency' };

const fn: FunctionModel = {
  origin,
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:latency',
  name: 'latency',
  codeDirectory: join(__dirname, 'latency-handler'),
  handler: 'index.handler',
  runtime: 'nodejs22.x',
  memoryMb: 512,
  timeoutSeconds: 30,
  environment: {},
};

const mapping: MappingModel = {
  origin,
  uuid: 'latency',
  functionArn: fn.arn,
  source: 'msk',
  eventSourceArn: 'arn:aws:kafka:us-east-1:000000000000:cluster/bench/1',
  topic: 'latency',
  groupId: 'latency',
  enabled: true,
  batchSize: 100,
  batchingWindowMs: 0,
  startingPosition: 'TRIM_HORIZON',
  maximumRetryAttempts: -1,
  maximumRecordAgeSeconds: -1,
  bisectBatchOnFunctionError: true,
  reportBatchItemFailures: true,
  filters: [],
};

/**
 * From the moment a producer hands one record over to the moment the handler has it: 2,000 records, one every few
 * milliseconds, acks=all, batching window 0. Both ends read the machine's monotonic clock.
 */
export const latency: Benchmark = (say) =>
  withKafka(say, async (brokers) => {
    await createTopics(brokers, { latency: 6 });
    let report = (_ms: number[]) => {};
    const runtime = createRuntime({
      environmentVariables: () => ({}),
      log: (_, line) => {
        if (line.startsWith('{"ms"')) report((JSON.parse(line) as { ms: number[] }).ms);
      },
    });
    await runtime.prewarm(fn);
    let assignedNow = () => {};
    const assigned = new Promise<void>((resolve) => {
      assignedNow = resolve;
    });
    const running = startMapping({ mapping, fn, invoker: runtime, brokers, log: say, onAssigned: assignedNow });
    const sender = await connectSender(brokers);
    await assigned;
    const send = (value: string, key: number) => sender.send({ topic: 'latency', key: String(key), value });
    try {
      for (let index = 0; index < WARM_UP + RECORDS; index++) {
        await send(String(process.hrtime.bigint()), index);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      const times = await new Promise<number[]>((resolve) => {
        const all: number[] = [];
        report = (ms) => {
          all.push(...ms);
          if (all.length >= WARM_UP + RECORDS) resolve(all);
          else setTimeout(() => void send('report', 0), 50);
        };
        void send('report', 0);
      });
      const measured = times.slice(WARM_UP);
      const [p50, p99] = [quantile(measured, 0.5), quantile(measured, 0.99)];
      say(`produce → handler: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms over ${measured.length} records`);
      return {
        p50_ms: rounded(p50, 2),
        p99_ms: rounded(p99, 2),
        max_ms: rounded(Math.max(...measured)),
        records: measured.length,
      };
    } finally {
      await sender.close();
      await running.close();
      await runtime.close();
    }
  });
