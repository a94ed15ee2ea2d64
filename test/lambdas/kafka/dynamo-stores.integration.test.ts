import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoFoldStore } from '../../../lambdas/kafka/fold/dynamo-fold-store';
import type { Fact, Fold } from '../../../lambdas/kafka/fold/fold';
import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import { StateRefusedError } from '../../../lambdas/kafka/fold/store';
import { createDynamoRowStore } from '../../../lambdas/kafka/rows/dynamo-row-store';
import { createDynamoSuspects } from '../../../lambdas/kafka/suspects';
import { aDynamoClient, aTable } from '../../dynamo';
import { budgetOf } from './budgets';
import { MemoryPublisher } from './memory-publisher';

let client: DynamoDBClient;
let table: string;

beforeAll(async () => {
  client = aDynamoClient();
});
afterAll(() => client.destroy());

beforeEach(async () => {
  table = await aTable();
});

const items = async () => (await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))).Items ?? [];
const fact = (key: string): Fact => ({
  key,
  id: `id of ${key}`,
  data: { quantity: 5, note: 'crème' },
  outcomes: [{ topic: 'order-events', key: 'k', source: '/s', event: { event_id: '1', type: 't', time: 'now' } }],
});

test('a state and its facts come back as they were written, journal and pending step included', async () => {
  const store = createDynamoFoldStore(client, table);
  const next = {
    version: 1,
    state: { stock: 3 },
    journal: [fact('order#1/allocate')],
    pending: { event: { n: 1 }, id: 'i', mark: 'order#1/allocate', step: 1 },
  };
  expect(await store.saveState('burger', next)).toBe('saved');
  await store.saveFacts(next.journal);

  expect(await store.loadStates(['burger', 'fries'])).toEqual(new Map([['burger', next]]));
  expect(await store.loadFacts(['order#1/allocate', 'order#2/allocate'])).toEqual(
    new Map([['order#1/allocate', next.journal[0]]]),
  );
});

test('of two writes of one version the second is a conflict, a first write included', async () => {
  const store = createDynamoFoldStore(client, table);
  const version = (number: number) => ({ version: number, state: {}, journal: [] });
  expect(await store.saveState('a', version(1))).toBe('saved');
  expect(await store.saveState('a', version(1))).toBe('conflict');
  expect(await store.saveState('a', version(2))).toBe('saved');
  expect(await store.saveState('a', version(2))).toBe('conflict');
  expect(await store.saveState('a', version(4))).toBe('conflict');
});

test('a row over 400 KB is refused for good, which says so', async () => {
  const store = createDynamoFoldStore(client, table);
  const state = randomBytes(410 * 1024).toString('hex');
  await expect(store.saveState('a', { version: 1, state, journal: [] })).rejects.toThrow(StateRefusedError);
});

test('hundreds of facts are read and written in the batches the API takes', async () => {
  const store = createDynamoFoldStore(client, table);
  const facts = Array.from({ length: 230 }, (_, index) => fact(`order#${index}/allocate`));
  await store.saveFacts(facts);
  expect((await store.loadFacts(facts.map(({ key }) => key))).size).toBe(230);
});

test('four environments at once on one hot key: each event counts once', async () => {
  const counting: Fold<{ count: number }, { id: string }> = {
    initial: () => ({ count: 0 }),
    mark: ({ id }) => `event#${id}/done`,
    apply: ({ count }) => ({ state: { count: count + 1 } }),
  };
  const store = createDynamoFoldStore(client, table);
  const events = Array.from({ length: 400 }, (_, index) => ({
    key: 'hot',
    id: String(index),
    event: { id: String(index) },
  }));
  const budget = {
    remainingMs: () => 30_000,
    pause: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    signal: new AbortController().signal,
  };
  const results = await Promise.all(
    [0, 100, 200, 300].map((from) =>
      foldThenWrite(counting, { store, publisher: new MemoryPublisher() }).absorb(
        events.slice(from / 2, from + 100),
        budget,
      ),
    ),
  );

  expect(results.flat().filter(Boolean)).toEqual([]);
  expect((await store.loadStates(['hot'])).get('hot')?.state).toEqual({ count: 400 });
});

test('rows: a repeat changes nothing, and where a place in Kafka is told the first one counts', async () => {
  const rows = createDynamoRowStore(client, table, ['pk', 'sk']);
  const at = (offset: number, sk = 'placed') => ({ firstWins: true, item: { pk: 'order', sk, offset } });
  await rows.put([at(1), at(2), at(3, 'other')]);
  await rows.put([at(9), { item: { pk: 'order', sk: 'approved', time: 'then' } }]);
  await rows.put([{ item: { pk: 'order', sk: 'approved', time: 'then' } }]);

  expect((await items()).map(({ sk, offset }) => [sk?.S, offset?.N])).toEqual(
    expect.arrayContaining([
      ['placed', '1'],
      ['other', '3'],
      ['approved', undefined],
    ]),
  );
  expect(await items()).toHaveLength(3);
});

test('a suspect is counted in a row that expires', async () => {
  const suspects = createDynamoSuspects(client, table);
  await suspects.count({ partition: 'orders-0', offset: 7 });
  expect(await suspects.count({ partition: 'orders-0', offset: 7 })).toBe(2);
  expect(await suspects.count({ partition: 'orders-0', offset: 8 })).toBe(1);
  await suspects.clear({ partition: 'orders-0', offset: 7 });
  expect(await suspects.count({ partition: 'orders-0', offset: 7 })).toBe(1);
  for (const row of await items())
    expect(Number(row.expires_at?.N)).toBeGreaterThan(Date.now() / 1_000 + 43 * 24 * 60 * 60);
});

test('keeps count of the call, so that a hot key costs one write a batch', async () => {
  const budget = budgetOf(1);
  const store = createDynamoFoldStore(client, table);
  const one: Fold<number, string> = {
    initial: () => 0,
    mark: (id) => `event#${id}/done`,
    apply: (sum) => ({ state: sum + 1 }),
  };
  const events = Array.from({ length: 100 }, (_, index) => ({ key: 'hot', id: `${index}`, event: `${index}` }));
  await foldThenWrite(one, { store, publisher: new MemoryPublisher() }).absorb(events, budget);
  expect((await store.loadStates(['hot'])).get('hot')?.version).toBe(1);
});
