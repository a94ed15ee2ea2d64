import type { BucketModel, TableModel } from '../model';
import { booleanOf, listOf, numberOf, recordOf, textOf } from './properties';
import type { Reading, ResourceView } from './reading';

const TABLE = 'AWS::DynamoDB::Table';
const GLOBAL_TABLE = 'AWS::DynamoDB::GlobalTable';

const throughputOf = (value: unknown): { ProvisionedThroughput?: Record<string, number> } => {
  const { ReadCapacityUnits, WriteCapacityUnits } = recordOf(value);
  const read = numberOf(ReadCapacityUnits, 'ReadCapacityUnits');
  const write = numberOf(WriteCapacityUnits, 'WriteCapacityUnits');
  if (read === undefined || write === undefined) return {};
  return { ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: write } };
};

const indexOf = (value: unknown, isProvisioned: boolean) => {
  const { IndexName, KeySchema, Projection, ProvisionedThroughput } = recordOf(value);
  return { IndexName, KeySchema, Projection, ...(isProvisioned ? throughputOf(ProvisionedThroughput) : {}) };
};

/**
 * CreateTable's input (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html): keys, indexes
 * and stream; encryption, backups, tags and alarms mean nothing offline.
 */
const createInput = (table: ResourceView, name: string): Record<string, unknown> => {
  // A global table's capacity is written as auto scaling, which CreateTable does not take: on demand serves it here.
  const isProvisioned = table.type === TABLE && table.get('BillingMode') !== 'PAY_PER_REQUEST';
  const globals = listOf(table.get('GlobalSecondaryIndexes')).map((index) => indexOf(index, isProvisioned));
  const locals = listOf(table.get('LocalSecondaryIndexes')).map((index) => indexOf(index, false));
  const stream = textOf(recordOf(table.get('StreamSpecification')).StreamViewType);
  return {
    TableName: name,
    AttributeDefinitions: table.get('AttributeDefinitions'),
    KeySchema: table.get('KeySchema'),
    ...(isProvisioned
      ? { BillingMode: 'PROVISIONED', ...throughputOf(table.get('ProvisionedThroughput')) }
      : { BillingMode: 'PAY_PER_REQUEST' }),
    ...(globals.length > 0 ? { GlobalSecondaryIndexes: globals } : {}),
    ...(locals.length > 0 ? { LocalSecondaryIndexes: locals } : {}),
    ...(stream === undefined ? {} : { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
  };
};

const timeToLiveOf = (table: ResourceView): { timeToLiveAttribute?: string } => {
  const { Enabled, AttributeName } = recordOf(table.get('TimeToLiveSpecification'));
  const attribute = textOf(AttributeName);
  return booleanOf(Enabled) === true && attribute !== undefined ? { timeToLiveAttribute: attribute } : {};
};

export const readTables = (reading: Reading): TableModel[] =>
  reading.resources(TABLE, GLOBAL_TABLE).flatMap((table) => {
    const model = reading.attempt(table, 'table left out', (): TableModel => {
      const name = table.ref();
      return { origin: table.origin, name, create: createInput(table, name), ...timeToLiveOf(table) };
    });
    return model === undefined ? [] : [model];
  });

export const readBuckets = (reading: Reading): BucketModel[] =>
  reading.resources('AWS::S3::Bucket').flatMap((bucket) => {
    const name = reading.attempt(bucket, 'bucket left out', () => bucket.ref());
    return name === undefined ? [] : [{ origin: bucket.origin, name }];
  });
