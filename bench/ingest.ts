import { execFileSync } from 'node:child_process';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { readAssembly } from '../local/assembly/read-assembly';
import { startGateway } from '../local/gateway/gateway';
import { connectAdmin } from '../local/mapping/kafkajs-admin';
import { createRuntime } from '../local/runtime/runtime';
import type { Benchmark } from './benchmark';
import { withKafka } from './engines';
import { median, rounded } from './statistics';

const root = join(__dirname, '..');
const BATCH = 1_000;
const IN_FLIGHT = 4;
const ROUNDS = 5;
const BATCHES_A_ROUND = 40;
const SINGLES_A_ROUND = 1_500;

/**
 * Orders a second through `POST /orders/batch` (1,000 an array) and `POST /orders`, acks=all, no mapping running, beside raw
 * kafkajs sending the same records, in turn in the same run. Four batches, or sixteen single orders, are in flight on both sides.
 */
export const ingest: Benchmark = (say) =>
  withKafka(say, async (brokers) => {
    execFileSync('npm', ['run', '--silent', 'synth'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    const endpoints = { kafka: brokers, dynamodb: 'http://127.0.0.1:1', api: 'http://localhost:0' };
    const model = readAssembly(join(root, 'cdk.out'), { endpoints });
    const admin = await connectAdmin(brokers);
    await admin.applyTopics(model.topics);
    await admin.close();
    const runtime = createRuntime({ environmentVariables: () => ({ KAFKA_AUTH: 'none' }), log: () => {} });
    const gateway = await startGateway({ apis: model.apis, functions: model.functions, invoke: runtime, port: 0 });
    const raw = await rawProducer(brokers);
    const post = poster(gateway.url);
    try {
      const bodies = Array.from({ length: BATCHES_A_ROUND }, (_, batch) => JSON.stringify(orders(batch)));
      const records = Array.from({ length: BATCHES_A_ROUND }, (_, batch) => rawRecords(batch));
      const single = JSON.stringify(orders(0)[0]);
      const figures: Record<'ours' | 'peer' | 'ourSingle' | 'peerSingle', number[]> = {
        ours: [],
        peer: [],
        ourSingle: [],
        peerSingle: [],
      };
      for (let round = 0; round <= ROUNDS; round++) {
        const ours = await perSecond(BATCHES_A_ROUND, IN_FLIGHT, (at) => post('/orders/batch', bodies[at] ?? ''));
        const peer = await perSecond(BATCHES_A_ROUND, IN_FLIGHT, (at) => raw.send(records[at] ?? []));
        const ourSingle = await perSecond(SINGLES_A_ROUND, 16, () => post('/orders', single));
        const peerSingle = await perSecond(SINGLES_A_ROUND, 16, () => raw.send((records[0] ?? []).slice(0, 1)));
        // The first round warms up.
        if (round === 0) continue;
        figures.ours.push(ours * BATCH);
        figures.peer.push(peer * BATCH);
        figures.ourSingle.push(ourSingle);
        figures.peerSingle.push(peerSingle);
      }
      const ratio = median(figures.ours.map((value, at) => value / (figures.peer[at] ?? 1)));
      say(`batches: ${median(figures.ours).toFixed(0)} orders/s, raw kafkajs ${median(figures.peer).toFixed(0)}`);
      say(
        `one by one: ${median(figures.ourSingle).toFixed(0)} orders/s, raw kafkajs ${median(figures.peerSingle).toFixed(0)}`,
      );
      return {
        batch_orders_per_second: rounded(median(figures.ours), 0),
        batch_raw_kafkajs_per_second: rounded(median(figures.peer), 0),
        batch_ratio: rounded(ratio, 2),
        single_orders_per_second: rounded(median(figures.ourSingle), 0),
        single_raw_kafkajs_per_second: rounded(median(figures.peerSingle), 0),
      };
    } finally {
      await raw.close();
      await gateway.close();
      await runtime.close();
    }
  });

const orders = (batch: number) =>
  Array.from({ length: BATCH }, (_, index) => ({
    user: `user-${index % 100}`,
    item: `item-${(batch + index) % 50}`,
    quantity: 1 + (index % 9),
  }));

/** What ingest would send for such a batch: the order with an id, and seven headers. */
const rawRecords = (batch: number) =>
  orders(batch).map((order, index) => {
    const order_id = `00000000-0000-4000-8000-${String(batch * BATCH + index).padStart(12, '0')}`;
    const time = new Date().toISOString();
    return {
      key: order_id,
      value: JSON.stringify({ order_id, ...order, placed_at: time }),
      headers: {
        ce_specversion: '1.0',
        ce_id: order_id,
        ce_type: 'order.placed',
        ce_source: '/orderflow/ingest',
        ce_time: time,
        'content-type': 'application/json',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    };
  });

async function rawProducer(brokers: string) {
  const producer = new Kafka({ brokers: [brokers], logLevel: logLevel.ERROR }).producer();
  await producer.connect();
  return {
    send: (messages: ReturnType<typeof rawRecords>) => producer.send({ topic: 'orders', acks: -1, messages }),
    close: () => producer.disconnect(),
  };
}

function poster(url: string) {
  const agent = new Agent({ keepAlive: true });
  return (path: string, body: string) =>
    new Promise<void>((resolve, reject) => {
      const outgoing = request(`${url}${path}`, {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      outgoing.on('error', reject).on('response', (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 202) resolve();
          else reject(new Error(`${path} answered ${response.statusCode}`));
        });
      });
      outgoing.end(body);
    });
}

/** Calls a second, that many in flight. */
async function perSecond(calls: number, inFlight: number, call: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const started = performance.now();
  const worker = async () => {
    while (next < calls) await call(next++);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return (calls * 1_000) / (performance.now() - started);
}
