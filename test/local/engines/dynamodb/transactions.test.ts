import { type Embedded, openEmbedded, things } from './embedded';

let engine: Embedded;

beforeEach(async () => {
  engine = await openEmbedded();
  await engine.call('CreateTable', things);
});
afterEach(() => engine.close());

const key = (pk: string) => ({ pk: { S: pk }, sk: { S: '1' } });
const item = (pk: string, n: number) => ({ ...key(pk), n: { N: String(n) } });
const at = async (pk: string) => (await engine.call('GetItem', { TableName: 'things', Key: key(pk) })).Item;
const put = (pk: string, n: number, more: object = {}) => ({
  Put: { TableName: 'things', Item: item(pk, n), ...more },
});
const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
const isN = (n: number) => ({
  ConditionExpression: 'n = :n',
  ExpressionAttributeValues: { ':n': { N: String(n) } },
});
const transact = (TransactItems: readonly object[], more: object = {}) =>
  engine.call('TransactWriteItems', { TransactItems, ...more });

test('a transaction puts, updates, deletes and checks together', async () => {
  await transact([put('gone', 1), put('changed', 1), put('checked', 1)]);
  const answer = await transact(
    [
      put('new', 1, isNew),
      { Delete: { TableName: 'things', Key: key('gone'), ...isN(1) } },
      {
        Update: {
          TableName: 'things',
          Key: key('changed'),
          UpdateExpression: 'SET n = n + :n',
          ...isN(1),
        },
      },
      { ConditionCheck: { TableName: 'things', Key: key('checked'), ...isN(1) } },
    ],
    { ReturnConsumedCapacity: 'TOTAL' },
  );
  expect(answer).toEqual({ ConsumedCapacity: [{ TableName: 'things', CapacityUnits: 8 }] });
  expect([await at('new'), await at('gone'), await at('changed'), await at('checked')]).toEqual([
    item('new', 1),
    undefined,
    item('changed', 2),
    item('checked', 1),
  ]);
});

test('one that fails changes nothing, and has a reason for each step in their order', async () => {
  await transact([put('a', 1)]);
  const failing = [
    put('b', 1),
    { ...put('a', 2, { ...isNew, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }) },
    { ConditionCheck: { TableName: 'things', Key: key('c'), ...isN(1) } },
    {
      Update: {
        TableName: 'things',
        Key: key('d'),
        UpdateExpression: 'SET n = absent + :n',
        ExpressionAttributeValues: { ':n': { N: '1' } },
      },
    },
  ];
  expect(await transact(failing)).toEqual({
    error: 'TransactionCanceledException',
    message:
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed, ValidationError]',
    CancellationReasons: [
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: item('a', 1) },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      { Code: 'ValidationError', Message: expect.stringContaining('does not exist in the item') },
    ],
  });
  expect([await at('a'), await at('b')]).toEqual([item('a', 1), undefined]);
  expect(await engine.call('Scan', { TableName: 'things', IndexName: 'by-kind' })).toMatchObject({ Items: [] });
});

test.each([
  [[put('a', 1), { Delete: { TableName: 'things', Key: key('a') } }], 'multiple operations on one item'],
  [[{ ConditionCheck: { TableName: 'things', Key: key('a') } }], "'ConditionExpression' is required"],
  [[{ ...put('a', 1), Delete: { TableName: 'things', Key: key('b') } }], 'can only contain one of'],
  [[], 'length greater than or equal to 1'],
  [Array.from({ length: 101 }, (_, i) => put(String(i), 1)), 'length less than or equal to 100'],
  [[{ Put: { TableName: 'things', Item: { pk: { S: 'a' }, sk: { N: 'x' } } } }], 'numeric value'],
])('%j is refused', async (items, message) => {
  expect(await transact(items)).toMatchObject({
    error: 'ValidationException',
    message: expect.stringContaining(message),
  });
  expect(await engine.call('Scan', { TableName: 'things' })).toMatchObject({ Count: 0 });
});

test('the same request with a token is done once, another with it is refused', async () => {
  const add = (n: number) => [
    {
      Update: {
        TableName: 'things',
        Key: key('a'),
        UpdateExpression: 'ADD n :n',
        ExpressionAttributeValues: { ':n': { N: String(n) } },
      },
    },
  ];
  for (let i = 0; i < 3; i++) await transact(add(1), { ClientRequestToken: 'token' });
  expect(await at('a')).toEqual(item('a', 1));
  expect(await transact(add(2), { ClientRequestToken: 'token' })).toMatchObject({
    error: 'IdempotentParameterMismatchException',
  });
  await transact(add(1), { ClientRequestToken: 'another' });
  expect(await at('a')).toEqual(item('a', 2));
});

test('a token of a transaction that failed may be used again', async () => {
  await transact([put('a', 1)]);
  const again = () => transact([put('a', 2, isNew)], { ClientRequestToken: 'token' });
  expect(await again()).toMatchObject({ error: 'TransactionCanceledException' });
  await engine.call('DeleteItem', { TableName: 'things', Key: key('a') });
  expect(await again()).toEqual({});
});

test('TransactGetItems reads in order, what is not there as well', async () => {
  await transact([put('a', 1), put('b', 2)]);
  const get = (pk: string) => ({
    Get: {
      TableName: 'things',
      Key: key(pk),
      ProjectionExpression: '#n',
      ExpressionAttributeNames: { '#n': 'n' },
    },
  });
  expect(await engine.call('TransactGetItems', { TransactItems: [get('b'), get('none'), get('a')] })).toEqual({
    Responses: [{ Item: { n: { N: '2' } } }, {}, { Item: { n: { N: '1' } } }],
  });
});

test('a single write gives back the item that its condition failed on, when asked', async () => {
  await transact([put('a', 1)]);
  const request = { TableName: 'things', Item: item('a', 2), ...isNew };
  expect(await engine.call('PutItem', request)).not.toHaveProperty('Item');
  expect(await engine.call('PutItem', { ...request, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).toMatchObject({
    error: 'ConditionalCheckFailedException',
    Item: item('a', 1),
  });
});

test('what the engine does not know names the engines that do', async () => {
  await expect(engine.call('CreateBackup', {})).resolves.toMatchObject({
    error: 'UnknownOperationException',
    message: expect.stringMatching(/CreateBackup.*--dynamodb <url>.*dynoxide.*dynamodb-local/),
  });
});
