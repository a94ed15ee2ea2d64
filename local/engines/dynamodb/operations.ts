import { act, actAtOnce, type Input, type Output, validated } from './actions';
import { serviceError, unsupported } from './errors';
import { changeIndexes, changesIndexes } from './indexes';
import { batchExecuteStatement, executeStatement, executeTransaction } from './partiql/execute';
import type { Store } from './store';
import { describeTimeToLive, updateTimeToLive } from './time-to-live';
import { transactGetItems, transactWriteItems } from './transactions';

export type Operation = (store: Store, input: Input) => Output | Promise<Output>;

/** By name, as the header X-Amz-Target has it. */
const operations: Readonly<Record<string, Operation>> = {
  BatchExecuteStatement: batchExecuteStatement,
  BatchGetItem: read('BatchGetItem'),
  BatchWriteItem: write('BatchWriteItem'),
  CreateTable: changeTable('CreateTable'),
  DeleteItem: write('DeleteItem'),
  DeleteTable: changeTable('DeleteTable'),
  DescribeTable: read('DescribeTable'),
  DescribeTimeToLive: describeTimeToLive,
  ExecuteStatement: executeStatement,
  ExecuteTransaction: executeTransaction,
  GetItem: read('GetItem'),
  ListTables: read('ListTables'),
  ListTagsOfResource: read('ListTagsOfResource'),
  PutItem: write('PutItem'),
  Query: read('Query'),
  Scan: read('Scan'),
  TagResource: write('TagResource'),
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UntagResource: write('UntagResource'),
  UpdateItem: write('UpdateItem'),
  UpdateTable: (store, input) => (changesIndexes(input) ? changeIndexes : changeTable('UpdateTable'))(store, input),
  UpdateTimeToLive: updateTimeToLive,
};

/** @throws ApiError `UnknownOperationException`, which names the engines that know what DynamoDB has and this one has not. */
export function findOperation(target: string): Operation {
  const [api = '', name = ''] = target.split('.');
  if (api === 'DynamoDB_20120810' && Object.hasOwn(operations, name)) return operations[name] as Operation;
  throw /^DynamoDB(Streams)?_20120810$/.test(api) && name !== ''
    ? unsupported(name)
    : serviceError('UnknownOperationException');
}

function read(name: string): Operation {
  return (store, input) => act(store, name, validated(store, name, input));
}

function write(name: string): Operation {
  return (store, input) => actAtOnce(store, name, validated(store, name, input));
}

/** The answer tells the state in between, and is given when the table has reached its next one. */
function changeTable(name: string): Operation {
  return async (store, input) => {
    const result = structuredClone(await act(store, name, validated(store, name, input)));
    // dynalite ends it by a timer of the same length.
    await new Promise((resolve) => setTimeout(resolve, 0));
    return result;
  };
}
