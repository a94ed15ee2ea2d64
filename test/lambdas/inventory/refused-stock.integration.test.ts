import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Kafka, logLevel } from 'kafkajs';
import { createEventAnnouncer } from '../../../lambdas/events/outcome';
import { createInventory, inventoryFold } from '../../../lambdas/inventory/inventory';
import type { Stock } from '../../../lambdas/inventory/stock';
import { createConsumerHandler } from '../../../lambdas/kafka/consumer-handler';
import { createDynamoFoldStore } from '../../../lambdas/kafka/fold/dynamo-fold-store';
import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import type { FoldStore } from '../../../lambdas/kafka/fold/store';
import { createKafkaJsPublisher } from '../../../lambdas/kafka/kafkajs-producer';
import { createDynamoLetters } from '../../../lambdas/kafka/letters';
import type { Publisher } from '../../../lambdas/kafka/publisher';
import { createDynamoSuspects } from '../../../lambdas/kafka/suspects';
import { makeEvent } from '../../../lambdas/order/events';
import { deadlineIn } from '../../../shared/time';
import { aDynamoClient, aTable } from '../../dynamo';
import { engines, freshTopic } from '../../engines';
import { recordOf } from '../chaos';
import { eventOf } from '../kafka/records';

jest.setTimeout(120_000);

const kafka = new Kafka({ brokers: [engines().kafka], logLevel: logLevel.NOTHING });
const clients: DynamoDBClient[] = [];
const publishers: Publisher[] = [];

afterAll(async () => {
  for (const client of clients) client.destroy();
  await Promise.all(publishers.map((publisher) => publisher.close()));
});

/** An environment of inventory on the real engines. */
function environment(table: string, topics: { readonly dead: string; readonly events: string }, hangsAt?: string) {
  const client = aDynamoClient();
  clients.push(client);
  const publisher = createKafkaJsPublisher({ brokers: [engines().kafka], auth: 'none', clientId: 'inventory' });
  publishers.push(publisher);
  const real = createDynamoFoldStore(client, table);
  const store: FoldStore = {
    ...real,
    saveState: (key, next) => (key === hangsAt ? new Promise<never>(() => {}) : real.saveState(key, next)),
  };
  const fold = inventoryFold(createEventAnnouncer('/orderflow/inventory', topics.events));
  const handle = createConsumerHandler(createInventory(foldThenWrite(fold, { store, publisher })), {
    publisher,
    deadLetterTopic: topics.dead,
    suspects: createDynamoSuspects(client, table),
    letters: createDynamoLetters(client, table),
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  const available = async (item: string) =>
    ((await real.loadStates([`item#${item}`])).get(`item#${item}`)?.state as Stock | undefined)?.available;
  return { handle, available };
}

async function countOf(topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  } finally {
    await admin.disconnect();
  }
}

test('stock that was refused stays refused when the batch comes again after a crash, with one dead letter', async () => {
  const table = await aTable();
  const topics = { dead: await freshTopic(1), events: await freshTopic(1) };
  const stock = (item: string, delta: number, receipt_id: string) =>
    makeEvent('stock.received', { time: '2026-01-01T00:00:00.000Z' }, { item, delta, receipt_id });
  const batch = eventOf(
    [stock('burger', 10, 'r1'), stock('burger', -50, 'r2'), stock('burger', 100, 'r3'), stock('fries', 1, 'r4')].map(
      (event, offset) => ({ ...recordOf('order-commands', event), offset }),
    ),
  );
  const lasting = (ms: number) => ({ getRemainingTimeInMillis: deadlineIn(ms).remainingMs });

  // It wrote the burgers, and ended over the fries: nothing is answered for, and no letter is written.
  const first = environment(table, topics, 'item#fries');
  expect((await first.handle(batch, lasting(5_000))).batchItemFailures).toHaveLength(4);
  expect([await first.available('burger'), await countOf(topics.dead)]).toEqual([110, 0]);

  for (let delivery = 1; delivery <= 3; delivery++) {
    const next = environment(table, topics);
    expect(await next.handle(batch, lasting(60_000))).toEqual({ batchItemFailures: [] });
    expect([await next.available('burger'), await next.available('fries')]).toEqual([110, 1]);
    expect(await countOf(topics.dead)).toBe(1);
  }
});
