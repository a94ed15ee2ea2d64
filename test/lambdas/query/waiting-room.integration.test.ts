import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { MAX_WAITING } from '../../../lambdas/api/limits';
import { createDynamoWaitingRoom } from '../../../lambdas/query/waiting-room';
import { aDynamoClient, aTable } from '../../dynamo';

const client = aDynamoClient();
afterAll(() => client.destroy());

const NOW = 1_800_000_000_000;
type Leave = (() => Promise<void>) | undefined;
const entered = (leaves: readonly Leave[]) => leaves.filter((leave) => leave !== undefined);

test('of a hundred that come at once no more wait than there are places, and those who leave make room', async () => {
  const table = await aTable();
  const rooms = Array.from({ length: 100 }, () => createDynamoWaitingRoom(client, table, () => NOW));
  const first = entered(await Promise.all(rooms.map((room) => room.enter(10_000))));
  expect(first.length).toBeGreaterThan(0);
  expect(first.length).toBeLessThanOrEqual(MAX_WAITING);
  const room = createDynamoWaitingRoom(client, table, () => NOW);
  const rest: Leave[] = [];
  for (let i = first.length; i < MAX_WAITING; i++) rest.push(await room.enter(10_000));
  expect(entered(rest)).toHaveLength(rest.length);
  expect(await room.enter(10_000)).toBeUndefined();
  await first[0]?.();
  expect(await room.enter(10_000)).toBeDefined();
  expect(await room.enter(10_000)).toBeUndefined();
});

test('the place of an environment that died is free when its time is over, and is not given back by it then', async () => {
  const table = await aTable();
  let now = NOW;
  const room = createDynamoWaitingRoom(client, table, () => now);
  const lost: Leave[] = [];
  for (let i = 0; i < MAX_WAITING; i++) lost.push(await room.enter(10_000));
  now += 10_000;
  expect(await room.enter(1_000)).toBeUndefined();
  now += 5_000;
  const taken: Leave[] = [];
  for (let i = 0; i < MAX_WAITING; i++) taken.push(await room.enter(10_000));
  expect(entered(taken)).toHaveLength(MAX_WAITING);
  // Thawed, and late: the places are others' now.
  await Promise.all(lost.map((leave) => leave?.()));
  expect(await room.enter(10_000)).toBeUndefined();
});

test('places taken before the clock stepped back by hours are free', async () => {
  const table = await aTable();
  for (let place = 0; place < MAX_WAITING; place++) {
    const sk = { S: String(place).padStart(4, '0') };
    const Item = { pk: { S: 'waiting' }, sk, holder: { S: 'x' }, until: { N: String(NOW + 3 * 3_600_000) } };
    await client.send(new PutItemCommand({ TableName: table, Item }));
  }
  expect(await createDynamoWaitingRoom(client, table, () => NOW).enter(10_000)).toBeDefined();
});
