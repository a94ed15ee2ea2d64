import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDynamodbServer } from '../../../../local/engines/dynamodb/server';
import { type Embedded, openEmbedded, things } from './embedded';

let engine: Embedded;
let server: Server;

beforeEach(async () => {
  engine = await openEmbedded();
  await engine.call('CreateTable', things);
  server = createDynamodbServer(engine.store, () => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  jest.restoreAllMocks();
  server.closeAllConnections();
  server.close();
  await engine.close();
});

const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'DynamoDB_20120810.GetItem',
  authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=f',
};
const KEY = { pk: { S: 'a' }, sk: { S: '1' } };

const post = (body: unknown, headers: Record<string, string | undefined> = {}) => {
  const sent = Object.entries({ ...HEADERS, ...headers }).filter((entry): entry is [string, string] => !!entry[1]);
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: Object.fromEntries(sent),
  });
};

test.each([
  ['a write', 'PutItem', { TableName: 'things', Item: KEY }],
  ['a refusal', 'PutItem', { TableName: 'things', Item: KEY, ConditionExpression: 'attribute_exists(nothing)' }],
  ['a read', 'GetItem', { TableName: 'things', Key: KEY }],
])('%s is answered when what it tells of would outlive the process, and not before', async (_, operation, body) => {
  let write = () => {};
  const asked = new Promise<void>((resolve) => {
    jest.spyOn(engine.store.ledger, 'written').mockImplementation(() => {
      resolve();
      return new Promise((settle) => {
        write = settle;
      });
    });
  });
  let isAnswered = false;
  const answer = post(body, { 'x-amz-target': `DynamoDB_20120810.${operation}` }).then((response) => {
    isAnswered = true;
    return response.text();
  });
  await asked;
  // A request of its own goes there and back meanwhile, which needs nothing written.
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(isAnswered).toBe(false);
  write();
  await answer;
  expect(isAnswered).toBe(true);
});

test.each([
  ['no JSON', 'rubbish', {}, 'SerializationException'],
  ['no object', '[]', {}, 'SerializationException'],
  ['no signature', {}, { authorization: undefined }, 'MissingAuthenticationTokenException'],
  ['another media type', {}, { 'content-type': 'text/plain' }, 'UnknownOperationException'],
  ['an unknown operation', {}, { 'x-amz-target': 'DynamoDB_20120810.Frob' }, 'UnknownOperationException'],
  ['a name of every object', {}, { 'x-amz-target': 'DynamoDB_20120810.constructor' }, 'UnknownOperationException'],
  ['another API', {}, { 'x-amz-target': 'Other.GetItem' }, 'UnknownOperationException'],
  ['a web page', {}, { origin: 'https://example.com' }, 'AccessDeniedException'],
])('a request of %s is refused', async (_, body, headers, error) => {
  const response = await post(body, headers);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ __type: expect.stringMatching(new RegExp(`#${error}$`)) });
});

test('tells no web page anything', async () => {
  const response = await post({ TableName: 'things', Key: KEY }, { origin: 'https://example.com' });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});
