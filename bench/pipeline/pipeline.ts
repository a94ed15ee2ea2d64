import { randomUUID } from 'node:crypto';
import { runBounded } from '../../lambdas/kafka/run-bounded';
import { makeEvent } from '../../lambdas/order/events';
import { connectAdmin } from '../../local/mapping/kafkajs-admin';
import { connectSender } from '../../local/mapping/kafkajs-send';
import { tailTopic } from '../../local/mapping/kafkajs-tail';
import type { RunningSystem } from '../../local/up';
import type { Benchmark } from '../benchmark';
import { rounded } from '../statistics';
import { withSystem } from '../system';
import { startCountingProxy } from './counting-proxy';
import { replay } from './replay';

const ORDERS = Number(process.env.BENCH_ORDERS ?? 8_000);
/** Engines and functions that have just started spend more on compiling themselves than on orders. */
const WARM_UP = Number(process.env.BENCH_WARM_UP ?? 6_000);
const USERS = 200;

/**
 * Orders a second from `POST /orders/batch` to *completed*, through the whole pipeline, with a thousand items and with one hot
 * item; then what an order costs, counted by a proxy before DynamoDB: write units, invocations, Kafka records; then DynamoDB
 * alone, doing the very same calls again.
 */
export const pipeline: Benchmark = async (say) => {
  const speeds = await withSystem(say, {}, (system) => measureSpeed(system, say));
  const costs = await measureCost(say);
  const { thousand_items_orders_per_second: ours, hot_item_orders_per_second: hot } = speeds;
  return {
    ...speeds,
    ...costs,
    dynamodb_ratio: rounded(ours / costs.dynamodb_alone_orders_per_second, 2),
    hot_item_ratio: rounded(hot / ours, 2),
  };
};

async function measureSpeed(system: RunningSystem, say: (line: string) => void) {
  await run(system, 'warm-up', WARM_UP, 1_000);
  const speed = async (name: string, items: number) => {
    const perSecond = rounded(ORDERS / (await run(system, name, ORDERS, items)), 0);
    say(`${name}: ${perSecond} orders/s to completed`);
    return perSecond;
  };
  return {
    thousand_items_orders_per_second: await speed('thousand', 1_000),
    hot_item_orders_per_second: await speed('hot', 1),
  };
}

async function measureCost(say: (line: string) => void) {
  let target = '';
  const proxy = await startCountingProxy(() => target);
  try {
    return await withSystem(say, { '*': { AWS_ENDPOINT_URL_DYNAMODB: proxy.url } }, async (system) => {
      target = system.endpoints.dynamodb;
      await run(system, 'warm-up', WARM_UP, 1_000);
      const place = await prepare(system, 'counted', ORDERS, 1_000);
      await settled(system);
      const earlier = [...proxy.calls];
      proxy.reset();
      const before = await totals(system);
      await place();
      await settled(system);
      const after = await totals(system);
      const units = new Map([...proxy.writeUnits].map(([table, sum]) => [table, sum / ORDERS]));
      for (const [table, sum] of units) say(`  ${sum.toFixed(2)} write units an order  ${table}`);
      const alone = await replay(system.endpoints.dynamodb, system.model.tables, earlier, proxy.calls);
      return {
        write_units_per_order: rounded(
          [...units.values()].reduce((sum, of) => sum + of, 0),
          2,
        ),
        invocations_per_order: rounded((after.invocations - before.invocations) / ORDERS, 3),
        kafka_records_per_order: rounded((after.records - before.records) / ORDERS, 2),
        dynamodb_calls_per_order: rounded(proxy.calls.length / ORDERS, 2),
        dynamodb_alone_orders_per_second: rounded(ORDERS / alone, 0),
      };
    });
  } finally {
    await proxy.close();
  }
}

/** Waits until every mapping has worked off what there is. */
async function settled(system: RunningSystem): Promise<void> {
  for (let quiet = 0, last = -1; quiet < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const stats = [...system.mappings.values()].map((mapping) => mapping.stats());
    const polled = stats.reduce((sum, { polled: count }) => sum + count, 0);
    const slow = new Set(['audit', 'audit.order-commands', 'audit.order-events', 'audit.trades']);
    const waiting = [...system.mappings].some(([group, mapping]) => !slow.has(group) && mapping.stats().waiting > 0);
    quiet = polled === last && !waiting ? quiet + 1 : 0;
    last = polled;
  }
}

async function totals(system: RunningSystem) {
  const admin = await connectAdmin(system.endpoints.kafka);
  let records = 0;
  for (const { name } of system.model.topics) {
    for (const { high } of (await admin.offsets(name)).values()) records += high;
  }
  await admin.close();
  const invocations = [...system.mappings.values()].reduce((sum, mapping) => sum + mapping.stats().invocations, 0);
  return { records, invocations };
}

const run = async (...orders: Parameters<typeof prepare>) => (await prepare(...orders))();

/** @returns what places that many orders, of which there is stock, and resolves to the seconds until the last is completed. */
async function prepare(
  system: RunningSystem,
  name: string,
  count: number,
  items: number,
): Promise<() => Promise<number>> {
  const prefix = `${name}-${randomUUID().slice(0, 6)}`;
  const names = Array.from({ length: items }, (_, index) => `${prefix}-${index}`);
  await Promise.all([stock(system, names, count), setPrices(system, names)]);
  return () => place(system, prefix, count, items);
}

async function place(system: RunningSystem, prefix: string, count: number, items: number): Promise<number> {
  let left = count;
  let finished = () => {};
  const all = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const tail = await tailTopic({
    brokers: system.endpoints.kafka,
    topic: 'order-events',
    from: 'latest',
    follow: true,
    onRecord: ({ value }) => {
      const text = value?.toString() ?? '';
      if (text.includes('"type":"order.completed"') && text.includes(prefix) && --left === 0) finished();
    },
  });
  const started = performance.now();
  for (let from = 0; from < count; from += 1_000) {
    const orders = Array.from({ length: Math.min(1_000, count - from) }, (__, index) => ({
      user: `user-${(from + index) % USERS}`,
      item: `${prefix}-${(from + index) % items}`,
      quantity: 1,
      price: '4.50',
    }));
    const answer = await fetch(`${system.endpoints.api}/orders/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(orders),
    });
    if (answer.status !== 202) throw new Error(`POST /orders/batch answered ${answer.status}`);
  }
  await all;
  const seconds = (performance.now() - started) / 1_000;
  await tail.close();
  return seconds;
}

const setPrices = (system: RunningSystem, items: readonly string[]) =>
  runBounded(items, 16, async (item) => {
    const answer = await fetch(`${system.endpoints.api}/items/${item}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ price: '4.50' }),
    });
    if (answer.status !== 200) throw new Error(`PUT /items/${item} answered ${answer.status}`);
  });

async function stock(system: RunningSystem, items: readonly string[], count: number): Promise<void> {
  const sender = await connectSender(system.endpoints.kafka);
  await Promise.all(
    items.map((item) => {
      const event = makeEvent(
        'stock.received',
        { time: new Date().toISOString() },
        { item, receipt_id: randomUUID(), delta: count },
      );
      return sender.send({ topic: 'order-commands', key: item, value: JSON.stringify(event) });
    }),
  );
  await sender.close();
}
