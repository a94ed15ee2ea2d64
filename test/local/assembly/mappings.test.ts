import { aFunction, aMapping, aSystem, messages } from './an-assembly';

const system = (properties: Readonly<Record<string, unknown>> = {}, more: Readonly<Record<string, unknown>> = {}) =>
  aSystem({ Resources: { Consumer: aFunction(), Mapping: aMapping(properties), ...(more as object) } });

const first = (properties: Readonly<Record<string, unknown>> = {}) => system(properties).mappings[0];

const provisioned = { ProvisionedPollerConfig: { MinimumPollers: 1 } };

test("a mapping that says nothing gets Lambda's defaults", () => {
  expect(first()).toMatchObject({
    source: 'msk',
    eventSourceArn: 'arn:aws:kafka:us-east-1:000000000000:cluster/main/abc-1',
    topic: 'orders',
    enabled: true,
    batchSize: 100,
    batchingWindowMs: 500,
    startingPosition: 'TRIM_HORIZON',
    maximumRetryAttempts: -1,
    maximumRecordAgeSeconds: -1,
    bisectBatchOnFunctionError: false,
    reportBatchItemFailures: false,
    filters: [],
  });
  expect(first()).not.toHaveProperty('onFailure');
  expect(first()?.groupId).toBe(first()?.uuid);
});

test('the group is the one given', () => {
  expect(first({ AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'g' } })?.groupId).toBe('g');
});

test.each([
  [0, 0],
  ['5', 5000],
  [300, 300_000],
])('a batching window of %j s is %d ms', (seconds, ms) => {
  expect(first({ MaximumBatchingWindowInSeconds: seconds })?.batchingWindowMs).toBe(ms);
});

test('provisioned mode brings retries, age, bisect and partial responses', () => {
  const properties = {
    ...provisioned,
    MaximumRetryAttempts: 3,
    MaximumRecordAgeInSeconds: 600,
    BisectBatchOnFunctionError: 'true',
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  };
  expect(first(properties)).toMatchObject({
    maximumRetryAttempts: 3,
    maximumRecordAgeSeconds: 600,
    bisectBatchOnFunctionError: true,
    reportBatchItemFailures: true,
  });
});

test('without provisioned mode they are ignored, as Lambda does, and said', () => {
  const read = system({
    MaximumRetryAttempts: 3,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    DestinationConfig: { OnFailure: { Destination: 'kafka://dlq' } },
  });
  expect(read.mappings[0]).toMatchObject({ maximumRetryAttempts: -1, reportBatchItemFailures: false });
  expect(read.mappings[0]).not.toHaveProperty('onFailure');
  expect(messages(read)).toContain(
    'MaximumRetryAttempts, FunctionResponseTypes, kafka://dlq ignored, as Lambda does without ProvisionedPollerConfig',
  );
});

test.each([
  ['kafka://order-dlq', { kind: 'kafka', target: 'order-dlq' }],
  ['arn:aws:sqs:us-east-1:1:q', { kind: 'sqs', target: 'arn:aws:sqs:us-east-1:1:q' }],
  ['arn:aws:sns:us-east-1:1:t', { kind: 'sns', target: 'arn:aws:sns:us-east-1:1:t' }],
  ['arn:aws:s3:::failed', { kind: 's3', target: 'failed' }],
])('on failure to %s', (Destination, onFailure) => {
  const mapping = first({ ...provisioned, DestinationConfig: { OnFailure: { Destination } } });
  expect(mapping?.onFailure).toEqual(onFailure);
  // Endless retries with a destination would never reach it: Lambda makes them ten.
  expect(mapping?.maximumRetryAttempts).toBe(10);
});

test('a dead-letter topic that only the mapping names is created too', () => {
  const read = system({ ...provisioned, DestinationConfig: { OnFailure: { Destination: 'kafka://order-dlq' } } });
  expect(read.topics.map(({ name }) => name)).toEqual(['orders', 'order-dlq']);
});

test('filters are parsed patterns', () => {
  const pattern = { value: { side: [{ exists: true }] } };
  expect(first({ FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] } })?.filters).toEqual([pattern]);
});

test('a starting point in time is in milliseconds', () => {
  const mapping = first({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: 1_700_000_000 });
  expect(mapping).toMatchObject({ startingPosition: 'AT_TIMESTAMP', startingTimestamp: 1_700_000_000_000 });
});

test.each([
  ['no starting position', { StartingPosition: undefined }, /StartingPosition is missing/],
  ['a point in time without one', { StartingPosition: 'AT_TIMESTAMP' }, /needs StartingPositionTimestamp/],
  ['two topics', { Topics: ['a', 'b'] }, /names 2 topics/],
  ['a batch of none', { BatchSize: 0 }, /BatchSize is 0/],
  ['a batch too large', { BatchSize: 10_001 }, /BatchSize is 10001/],
  ['a window too long', { MaximumBatchingWindowInSeconds: 301 }, /is 301/],
  ['a filter that is no JSON', { FilterCriteria: { Filters: [{ Pattern: '{' }] } }, /is not JSON/],
  ['a queue', { EventSourceArn: 'arn:aws:sqs:us-east-1:1:q' }, /events of sqs are not delivered offline/],
  ['a function of elsewhere', { FunctionName: 'elsewhere' }, /its function elsewhere is not one that is run here/],
  [
    'share groups',
    { SelfManagedEventSource: {}, SelfManagedKafkaEventSourceConfig: { ConsumptionMode: 'Queue' } },
    /ConsumptionMode Queue/,
  ],
])('%s: not polled, and said why', (_, properties, message) => {
  const read = system(properties);
  expect(read.mappings).toEqual([]);
  expect(messages(read)).toContainEqual(expect.stringMatching(message));
});

test('a group of two mappings is said, since Lambda wants groups unique', () => {
  const group = { AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'g' } };
  expect(messages(system(group, { Second: aMapping({ ...group, Topics: ['other'] }) }))).toContainEqual(
    expect.stringMatching(/consumer group g belongs to another mapping too/),
  );
});

test('a topic keeps its partitions and configuration; Configs is Base64 of lines', () => {
  const configs = 'retention.ms=604800000\n# kept a week\ncleanup.policy=compact,delete\r\n';
  const topic = {
    Type: 'AWS::MSK::Topic',
    Properties: {
      TopicName: 'orders',
      PartitionCount: 6,
      ReplicationFactor: 3,
      Configs: Buffer.from(configs).toString('base64'),
    },
  };
  expect(system({}, { Topic: topic }).topics).toEqual([
    {
      origin: expect.objectContaining({ logicalId: 'Topic' }),
      name: 'orders',
      partitions: 6,
      replicationFactor: 3,
      configs: { 'retention.ms': '604800000', 'cleanup.policy': 'compact,delete' },
    },
  ]);
});
