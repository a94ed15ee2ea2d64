import { interpretResponse } from '../../../local/mapping/response';
import { records } from './builders';

const batch = [...records(0, 5, 6, 7), ...records(1, 5)];
const interpret = (answer: unknown) => interpretResponse(JSON.stringify(answer), 'orders', batch);
const failure = (partition: unknown, offset: unknown) => ({ itemIdentifier: { partition, offset } });

test.each([
  ['null', null],
  ['an empty object', {}],
  ['a null list', { batchItemFailures: null }],
  ['an empty list', { batchItemFailures: [] }],
  ['an object of another meaning', { statusCode: 200 }],
])('%s is success', (_name, answer) => {
  expect(interpret(answer)).toEqual({ kind: 'success' });
});

test('reported items fail, the others are done', () => {
  const answer = { batchItemFailures: [failure('orders-0', 6), failure('orders-1', 5)] };
  expect(interpret(answer)).toEqual({ kind: 'partial', failed: new Set(['orders-0@6', 'orders-1@5']) });
});

test.each([
  ['an unknown offset', failure('orders-0', 8)],
  ['an unknown partition', failure('orders-2', 5)],
  ['another topic', failure('payments-0', 5)],
  ['an offset as text', failure('orders-0', '5')],
  ['a missing partition', failure(undefined, 5)],
  ['a null identifier', { itemIdentifier: null }],
  ['an empty identifier', { itemIdentifier: '' }],
  ['a misspelt key', { itemIdentifer: { partition: 'orders-0', offset: 5 } }],
  ['null', null],
])('%s among the failures makes the whole batch fail', (_name, bad) => {
  expect(interpret({ batchItemFailures: [failure('orders-0', 5), bad] })).toMatchObject({ kind: 'invalid' });
});

test.each([
  ['text', 'ok'],
  ['a number', 1],
  ['a list', []],
  ['failures that are no list', { batchItemFailures: 'all' }],
])('%s is no batch response', (_name, answer) => {
  expect(interpret(answer)).toMatchObject({ kind: 'invalid' });
});

test('bytes that are not JSON are no batch response', () => {
  expect(interpretResponse('oops', 'orders', batch)).toMatchObject({ kind: 'invalid' });
});
