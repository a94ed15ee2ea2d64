import { randomBytes } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoFoldStore } from '../../../../lambdas/kafka/fold/dynamo-fold-store';
import type { Fact } from '../../../../lambdas/kafka/fold/fold';
import { StateRefusedError, type StoredState } from '../../../../lambdas/kafka/fold/store';
import { aDynamoClient, aTable } from '../../../dynamo';

let client: DynamoDBClient;
beforeAll(() => {
  client = aDynamoClient();
});
afterAll(() => client.destroy());

const fact: Fact = {
  key: 'order#1/placed',
  id: 'e1',
  data: { a: 1 },
  outcomes: [{ topic: 't', key: 'k', source: '/s', event: { event_id: '1', type: 't', time: 'now' } }],
};
const version = (number: number, more: Partial<StoredState> = {}): StoredState => ({
  version: number,
  state: { sum: number },
  journal: [fact],
  ...more,
});
const load = async (store: ReturnType<typeof createDynamoFoldStore>, key: string) =>
  (await store.loadStates([key, 'absent'])).get(key);

test('a state is written after the version before it, and after no other', async () => {
  const store = createDynamoFoldStore(client, await aTable());
  expect(await store.saveState('user#a', version(2))).toBe('conflict');
  expect(await store.saveState('user#a', version(1))).toBe('saved');
  expect(await store.saveState('user#a', version(1))).toBe('conflict');
  expect(await load(store, 'user#a')).toEqual(version(1));

  const pending = { event: { to: 7 }, id: 'e1', mark: 'order#1/placed', step: 1 };
  expect(await store.saveState('user#a', version(2, { pending }))).toBe('saved');
  expect(await load(store, 'user#a')).toEqual(version(2, { pending }));
  expect(await store.saveState('user#a', version(3, { journal: [] }))).toBe('saved');
  expect(await load(store, 'user#a')).toEqual(version(3, { journal: [] }));
  expect(await store.saveState('user#a', version(3))).toBe('conflict');
});

test('of many environments that write a version at once one wins', async () => {
  const table = await aTable();
  const stores = Array.from({ length: 6 }, () => createDynamoFoldStore(client, table));
  const answers = await Promise.all(stores.map((store) => store.saveState('user#a', version(1))));
  expect(answers.filter((answer) => answer === 'saved')).toHaveLength(1);
});

test('hundreds of keys at once are each judged by their own version', async () => {
  const store = createDynamoFoldStore(client, await aTable());
  const keys = Array.from({ length: 230 }, (_, n) => `user#${n}`);
  const odd = keys.filter((_, n) => n % 2 === 1);
  expect(new Set(await Promise.all(odd.map((key) => store.saveState(key, version(1)))))).toEqual(new Set(['saved']));
  const answers = await Promise.all(keys.map((key) => store.saveState(key, version(1))));
  expect(answers).toEqual(keys.map((_, n) => (n % 2 === 1 ? 'conflict' : 'saved')));
});

test('two writes of one key that are asked for at once do not share a request', async () => {
  const store = createDynamoFoldStore(client, await aTable());
  const answers = await Promise.all([store.saveState('a', version(1)), store.saveState('a', version(1))]);
  expect(answers.sort()).toEqual(['conflict', 'saved']);
});

test('a state that can never be written is refused, and those that were sent along are written', async () => {
  const store = createDynamoFoldStore(client, await aTable());
  const huge = version(1, { state: { text: randomBytes(410_000).toString('hex') } });
  const [refused, saved] = await Promise.allSettled([store.saveState('a', huge), store.saveState('b', version(1))]);
  expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(StateRefusedError) });
  expect(saved).toEqual({ status: 'fulfilled', value: 'saved' });
});

test('a table that is away leaves open whether it was written', async () => {
  const store = createDynamoFoldStore(client, 'no-such-table');
  await expect(store.saveState('a', version(1))).rejects.not.toBeInstanceOf(StateRefusedError);
});

test('facts are read back as they were', async () => {
  const store = createDynamoFoldStore(client, await aTable());
  const bare: Fact = { key: 'queue#a/b#0/001', id: 'e2', data: null, outcomes: [], continued: true };
  await store.saveFacts([fact, bare]);
  await store.saveFacts([fact]);
  expect(await store.loadFacts([fact.key, bare.key, 'order#2/placed'])).toEqual(
    new Map([
      [fact.key, fact],
      [bare.key, bare],
    ]),
  );
});
