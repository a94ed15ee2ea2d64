import { recover } from '../../../../local/engines/dynamodb/recover';
import { removeExpired } from '../../../../local/engines/dynamodb/time-to-live';
import { type Embedded, openEmbedded, things } from './embedded';

const NOW = 1_800_000_000_000;
const YEAR = 365 * 24 * 60 * 60;

let engine: Embedded;

beforeEach(async () => {
  engine = await openEmbedded();
  await engine.call('CreateTable', things);
});
afterEach(() => engine.close());

const put = (pk: string, more: object = {}) =>
  engine.call('PutItem', { TableName: 'things', Item: { pk: { S: pk }, sk: { S: '1' }, kind: { S: 'k' }, ...more } });
const inSeconds = (seconds: number) => ({ expires_at: { N: String(NOW / 1000 + seconds) } });
const setTimeToLive = (Enabled: boolean, AttributeName = 'expires_at') =>
  engine.call('UpdateTimeToLive', { TableName: 'things', TimeToLiveSpecification: { AttributeName, Enabled } });
const left = async (IndexName?: string) => {
  const { Items } = await engine.call('Scan', { TableName: 'things', ...(IndexName && { IndexName }) });
  return (Items as readonly { pk: { S: string } }[]).map(({ pk }) => pk.S).sort();
};

test('what has expired goes, with its row in the index; all else stays', async () => {
  await setTimeToLive(true);
  await put('expired', inSeconds(-1));
  await put('not-yet', inSeconds(1));
  await put('ancient', inSeconds(-6 * YEAR));
  await put('text', { expires_at: { S: '1' } });
  await put('never');
  await removeExpired(engine.store, NOW);
  expect(await left()).toEqual(['ancient', 'never', 'not-yet', 'text']);
  await engine.store.ledger.written();
  expect(await left('by-kind')).toEqual(['ancient', 'never', 'not-yet', 'text']);
});

test('nothing expires before it is switched on, or after it is switched off', async () => {
  await put('expired', inSeconds(-1));
  await removeExpired(engine.store, NOW);
  await setTimeToLive(true);
  await setTimeToLive(false);
  await removeExpired(engine.store, NOW);
  expect(await left()).toEqual(['expired']);
});

test('tells its state, and refuses to change to the state it is in', async () => {
  const describe = () => engine.call('DescribeTimeToLive', { TableName: 'things' });
  expect(await describe()).toEqual({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } });
  expect(await setTimeToLive(false)).toMatchObject({ error: 'ValidationException' });
  expect(await setTimeToLive(true)).toEqual({
    TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
  });
  expect(await setTimeToLive(true)).toMatchObject({ message: 'TimeToLive is already enabled' });
  expect(await setTimeToLive(true, 'other')).toMatchObject({ error: 'ValidationException' });
  expect(await describe()).toEqual({
    TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires_at' },
  });
});

test('a table made again under its name has neither items nor a time to live', async () => {
  await setTimeToLive(true);
  await put('a');
  await engine.call('DeleteTable', { TableName: 'things' });
  expect(await engine.call('DescribeTable', { TableName: 'things' })).toMatchObject({
    error: 'ResourceNotFoundException',
  });
  await engine.call('CreateTable', things);
  expect([await left(), await left('by-kind')]).toEqual([[], []]);
  expect(await engine.call('DescribeTimeToLive', { TableName: 'things' })).toMatchObject({
    TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' },
  });
});

const BY_SK = {
  IndexName: 'by-sk',
  KeySchema: [{ AttributeName: 'sk', KeyType: 'HASH' }],
  Projection: { ProjectionType: 'KEYS_ONLY' },
};
const changeIndex = (change: object) =>
  engine.call('UpdateTable', { TableName: 'things', GlobalSecondaryIndexUpdates: [change] });

test('an index that is made later has the rows of the items that are there', async () => {
  await put('a');
  await put('b');
  await changeIndex({ Create: BY_SK });
  await put('c');
  expect(await left('by-sk')).toEqual(['a', 'b', 'c']);
  expect(await changeIndex({ Create: BY_SK })).toMatchObject({ error: 'ValidationException' });
  await changeIndex({ Delete: { IndexName: 'by-sk' } });
  expect(await engine.call('Scan', { TableName: 'things', IndexName: 'by-sk' })).toMatchObject({
    error: 'ValidationException',
  });
  await changeIndex({ Create: BY_SK });
  expect(await left('by-sk')).toEqual(['a', 'b', 'c']);
});

test('what an end of the process cut off is brought to its end by the next', async () => {
  await put('a');
  const { store } = engine;
  const table = store.table('things');
  const creating = { ...table.GlobalSecondaryIndexes?.[0], ...BY_SK, IndexStatus: 'CREATING' };
  store.tableDb.put('things', {
    ...table,
    GlobalSecondaryIndexes: [...(table.GlobalSecondaryIndexes ?? []), creating],
  });
  await recover(store);
  expect(await left('by-sk')).toEqual(['a']);
  store.tableDb.put('things', { ...store.table('things'), TableStatus: 'DELETING' });
  await recover(store);
  await engine.call('CreateTable', things);
  expect([await left(), await left('by-kind')]).toEqual([[], []]);
});
