import { Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { FatalRecordError } from '../../lambdas/errors';
import { consume } from '../../lambdas/kafka/consume';
import type { KafkaEvent } from '../../lambdas/kafka/event';
import { Alarms } from '../../lib/alarms';
import { addConsumer, DEAD_LETTER_MESSAGE } from '../../lib/consumer';
import { DataKey } from '../../lib/data-key';
import type { Consumer, Start } from '../../lib/function-needs';
import { KafkaAccess } from '../../lib/kafka-access';
import { stages } from '../../lib/stages';
import { Storage } from '../../lib/storage';
import { loadEvent } from '../load-event';
import { aStack, stubCode } from './synthesise';
import { actionsOn, functionOf } from './templates';

/** A consumer of an invented topology, with one of everything. */
function synthesise(over: Partial<Consumer> = {}) {
  const stack = aStack();
  const stage = stages.prod;
  const vpc = new Vpc(stack, 'vpc');
  const dataKey = new DataKey(stack, 'key', { stage, describes: 'test' });
  const topics = Object.fromEntries(
    ['order-events', 'trades', 'positions', 'position-dlq'].map((name) => [
      name,
      { key: 'k', partitions: 3, maxMessageBytes: 1 },
    ]),
  );
  const consumer: Consumer = {
    does: 'keeps positions',
    reads: [
      { topic: 'trades', group: 'position', batchSize: 100 },
      { topic: 'order-events', group: 'position.order-events', batchSize: 10, only: [{ side: [{ exists: true }] }] },
    ],
    writes: ['positions'],
    deadLetters: 'position-dlq',
    owns: ['position'],
    consults: ['prices'],
    fills: ['statements'],
    schedule: { expression: 'cron(15 0 * * ? *)', timezone: 'Europe/Berlin' },
    environment: { ZONE: 'Europe/Berlin' },
    ...over,
  };
  addConsumer(stack, 'position', consumer, topics, {
    stage,
    dataKey,
    vpc,
    brokerGroup: new SecurityGroup(stack, 'brokers', { vpc }),
    brokers: 'b-1:9098',
    kafka: new KafkaAccess(stack, 'arn:aws:kafka:r:a:cluster/name/uuid'),
    alarms: new Alarms(stack, 'alarms', { dataKey }),
    storage: new Storage(stack, 'storage', {
      stage,
      protect: false,
      dataKey,
      tables: {
        position: { holds: 'a row per user and item', key: ['pk', 'sk'], expires: true },
        prices: { holds: 'prices', key: ['pk', 'sk'] },
      },
      buckets: { statements: { holds: 'statements' } },
    }),
    code: stubCode,
  });
  return Template.fromStack(stack);
}

describe('a consumer', () => {
  const template = synthesise();

  it('has a mapping and a group for each topic, with as many pollers as partitions at most', () => {
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      Topics: ['order-events'],
      AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: 'position.order-events' },
      FilterCriteria: { Filters: [{ Pattern: '{"value":{"side":[{"exists":true}]}}' }] },
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: Match.absent(),
      ProvisionedPollerConfig: Match.objectLike({ MaximumPollers: 3 }),
    });
  });

  it('starts with the oldest record, unless its subscription says from where', () => {
    template.allResourcesProperties('AWS::Lambda::EventSourceMapping', { StartingPosition: 'TRIM_HORIZON' });
    const starting = (startsAt: Start) =>
      synthesise({ reads: [{ topic: 'trades', group: 'position', batchSize: 100, startsAt }] });
    starting('LATEST').allResourcesProperties('AWS::Lambda::EventSourceMapping', { StartingPosition: 'LATEST' });
    starting('2026-11-25T12:00:00Z').allResourcesProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'AT_TIMESTAMP',
      StartingPositionTimestamp: 1_795_608_000,
    });
    expect(() => starting('2026-25-11T12:00:00Z')).toThrow(
      'position starts at "2026-25-11T12:00:00Z" in lib/topology.ts: write TRIM_HORIZON, LATEST or 2026-11-25T12:00:00Z',
    );
  });

  it('reads its topics in its groups, writes its own topics and its dead letters, and nothing more', () => {
    const on = (arn: RegExp) =>
      actionsOn(template, 'position', arn).filter((action) => action.startsWith('kafka-cluster'));
    const read = ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'];
    const written = ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'];
    expect(on(/topic\/name\/uuid\/trades$/)).toEqual(read);
    expect(on(/topic\/name\/uuid\/order-events$/)).toEqual(read);
    expect(on(/topic\/name\/uuid\/positions$/)).toEqual(written);
    expect(on(/topic\/name\/uuid\/position-dlq$/)).toEqual(written);
    const group = ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'];
    expect(on(/group\/name\/uuid\/position$/)).toEqual(group);
    expect(on(/group\/name\/uuid\/position\.order-events$/)).toEqual(group);
    expect(on(/cluster\/name\/uuid$/)).toEqual([
      'kafka-cluster:Connect',
      'kafka-cluster:DescribeClusterDynamicConfiguration',
    ]);
    expect(on(/\*$/)).toEqual([]);
  });

  it('writes its own table, and only reads the one that it consults', () => {
    expect(actionsOn(template, 'position', /positiontable/)).toContain('dynamodb:PutItem');
    expect(actionsOn(template, 'position', /pricestable/).filter((action) => /Put|Update|Write/.test(action))).toEqual(
      [],
    );
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
    });
  });

  it('puts into its bucket, which is private, encrypted and versioned, and cannot delete from it', () => {
    const actions = actionsOn(template, 'position', /statementsbucket/);
    expect(actions).toContain('s3:PutObject');
    expect(actions.filter((action) => action.includes('Delete'))).toEqual([]);
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true },
      BucketEncryption: Match.anyValue(),
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  it('is told where everything is, by name', () => {
    const { Variables } = functionOf(template, 'position').Environment;
    expect(Variables).toMatchObject({
      KAFKA_BROKERS: 'b-1:9098',
      KAFKA_AUTH: 'iam',
      POSITIONS_TOPIC: 'positions',
      DEAD_LETTER_TOPIC: 'position-dlq',
      POSITION_TABLE: { Ref: expect.any(String) },
      PRICES_TABLE: { Ref: expect.any(String) },
      STATEMENTS_BUCKET: { Ref: expect.any(String) },
      ZONE: 'Europe/Berlin',
    });
  });

  it('is called on its schedule, in its time zone', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(15 0 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
    });
  });
});

it('refuses a topic, a table or a timeout that cannot be', () => {
  expect(() => synthesise({ reads: [{ topic: 'ordrs', group: 'g', batchSize: 1 }] })).toThrow('"ordrs"');
  expect(() => synthesise({ owns: ['nowhere'] })).toThrow('"nowhere"');
  expect(() => synthesise({ timeoutSeconds: 840 })).toThrow('14 minutes');
});

it('puts a function that calls out into subnets with a way out, and refuses it where there are none', () => {
  const [fn] = Object.values(synthesise({ outbound: true }).findResources('AWS::Lambda::Function'));
  expect(JSON.stringify(fn?.Properties.VpcConfig.SubnetIds)).toMatch(/vpcPrivateSubnet/);
  const [inside] = Object.values(synthesise().findResources('AWS::Lambda::Function'));
  expect(inside?.Properties.VpcConfig.SubnetIds ?? []).toEqual([]);
});

it('watches for the very line that a consumer logs when it dead-letters', async () => {
  const warn = jest.fn();
  const refuse = () => {
    throw new FatalRecordError('refused', 'Not for us');
  };
  await consume(
    loadEvent<KafkaEvent>('kafka-poison'),
    { name: 'tracker', split: refuse, effect: { absorb: async () => [] } },
    {
      publisher: {
        publish: async (records) => records.map(({ topic }) => ({ topic, partition: 0, offset: 0 })),
        close: async () => undefined,
      },
      deadLetterTopic: 'dlq',
      letters: { written: async () => new Set(), note: async () => undefined },
      budget: { remainingMs: () => 60_000, pause: async () => undefined, signal: new AbortController().signal },
      now: () => 0,
      log: { warn, error: () => undefined },
    },
  );
  expect(warn).toHaveBeenCalledWith(DEAD_LETTER_MESSAGE, expect.anything());
});
