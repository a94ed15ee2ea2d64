import { eventSource } from '../../../local/mapping/event';
import type { FetchedRecord, PolledRecord } from '../../../local/mapping/record';
import type { FunctionModel, MappingModel } from '../../../local/model';

const origin = { stack: 'Test', logicalId: 'Test', path: 'Test' };

export const aMapping = (over: Partial<MappingModel> = {}): MappingModel => ({
  origin,
  uuid: 'c1e8f0f4-0000-4000-8000-000000000000',
  functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:consumer',
  source: 'msk',
  eventSourceArn: 'arn:aws:kafka:us-east-1:123456789012:cluster/local/1',
  topic: 'orders',
  groupId: 'group',
  enabled: true,
  batchSize: 100,
  batchingWindowMs: 0,
  startingPosition: 'TRIM_HORIZON',
  maximumRetryAttempts: -1,
  maximumRecordAgeSeconds: -1,
  bisectBatchOnFunctionError: false,
  reportBatchItemFailures: false,
  filters: [],
  ...over,
});

export const aFunction = (over: Partial<FunctionModel> = {}): FunctionModel => ({
  origin,
  arn: 'arn:aws:lambda:us-east-1:123456789012:function:consumer',
  name: 'consumer',
  codeDirectory: '/nowhere',
  handler: 'index.handler',
  runtime: 'nodejs22.x',
  memoryMb: 128,
  timeoutSeconds: 30,
  environment: {},
  ...over,
});

export const aFetchedRecord = (over: Partial<FetchedRecord> = {}): FetchedRecord => ({
  partition: 0,
  offset: 15,
  timestamp: 1_545_084_650_987,
  timestampType: 'CREATE_TIME',
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: [],
  ...over,
});

export const aPolledRecord = (over: Partial<PolledRecord> = {}): PolledRecord => {
  const { partition = 0, offset = 0, timestamp = 1_000, arrivedAt = 0, bornAt = 0 } = over;
  return { partition, offset, timestamp, arrivedAt, bornAt, json: JSON.stringify({ partition, offset }), ...over };
};

/** Records of one partition with these offsets. */
export const records = (partition: number, ...offsets: number[]): PolledRecord[] =>
  offsets.map((offset) => aPolledRecord({ partition, offset }));

export const anArrival = { steady: 0, wall: 0 };

export const aSource = () => eventSource(aMapping(), 'localhost:9092');
