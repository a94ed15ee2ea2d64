import { Match, Template } from 'aws-cdk-lib/assertions';
import type { Topic } from '../../lib/function-needs';
import { type Stage, stages } from '../../lib/stages';
import { consumers, topics } from '../../lib/topology';
import { networkTemplate, resourcesOf, streamTemplate } from './templates';

const dev = streamTemplate();
const prod = streamTemplate({ stage: 'prod' });

/** The stream stack of a stage that is not among ours. */
function grownTemplate(stage: Stage): Template {
  const { readSettings } = require('../../lib/settings') as typeof import('../../lib/settings');
  const { aCdkApp } = require('./synthesise') as typeof import('./synthesise');
  const { NetworkStack } = require('../../lib/network-stack') as typeof import('../../lib/network-stack');
  const { StreamStack } = require('../../lib/stream-stack') as typeof import('../../lib/stream-stack');
  const app = aCdkApp();
  const settings = { ...readSettings(app.node, {}), stage };
  const { vpc } = new NetworkStack(app, 'network', { settings });
  return Template.fromStack(new StreamStack(app, 'stream', { settings, vpc }));
}

const decode = (configs: unknown) =>
  Object.fromEntries(
    Buffer.from(String(configs), 'base64')
      .toString()
      .split('\n')
      .map((line) => line.split('=')),
  );

describe.each([
  ['dev', dev],
  ['prod', prod],
])('the cluster in %s', (_, template) => {
  it('takes IAM and nothing else', () => {
    template.hasResourceProperties('AWS::MSK::Cluster', {
      ClientAuthentication: {
        Sasl: { Iam: { Enabled: true }, Scram: Match.absent() },
        Tls: Match.absent(),
        Unauthenticated: { Enabled: false },
      },
      BrokerNodeGroupInfo: { ConnectivityInfo: { PublicAccess: { Type: 'DISABLED' } } },
    });
  });

  it('is encrypted on the wire, between brokers, and on disk with a key that rotates', () => {
    template.hasResourceProperties('AWS::MSK::Cluster', {
      EncryptionInfo: {
        EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true },
        EncryptionAtRest: { DataVolumeKMSKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('DataKey'), 'Arn'] } },
      },
    });
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  it('runs Kafka without ZooKeeper, keeps its logs, and makes no topic by a typing error', () => {
    template.hasResourceProperties('AWS::MSK::Cluster', {
      KafkaVersion: Match.stringLikeRegexp('^4\\.1\\.x\\.kraft$'),
      LoggingInfo: { BrokerLogs: { CloudWatchLogs: { Enabled: true } } },
    });
    template.hasResourceProperties('AWS::MSK::Configuration', {
      ServerProperties: Match.stringLikeRegexp('auto\\.create\\.topics\\.enable=false'),
    });
  });

  it('lets nobody in but pollers of its own group, on the port for IAM', () => {
    const rules = template.findResources('AWS::EC2::SecurityGroupIngress');
    expect(Object.values(rules).map(({ Properties }) => [Properties.FromPort, Properties.ToPort])).toEqual([
      [9098, 9098],
    ]);
    const [rule] = Object.values(rules);
    expect(rule?.Properties.SourceSecurityGroupId).toEqual(rule?.Properties.GroupId);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
  });
});

describe('topics', () => {
  it('are exactly those of the topology', () => {
    expect([...resourcesOf(dev, 'AWS::MSK::Topic').keys()].sort()).toEqual(Object.keys(topics).sort());
  });

  const all: Readonly<Record<string, Topic>> = topics;

  it.each(Object.entries(all).filter(([, { compacted }]) => compacted))(
    '%s keeps the last record of each key',
    (name) => {
      const configs = decode(resourcesOf(prod, 'AWS::MSK::Topic').get(name)?.Properties.Configs);
      expect(configs).toMatchObject({ 'cleanup.policy': 'compact', 'min.insync.replicas': '2' });
      expect(configs).not.toHaveProperty('retention.ms');
    },
  );

  it.each(Object.entries(all).filter(([, { compacted }]) => !compacted))(
    '%s has its partitions, and what its records need to stay and to fit',
    (name, topic) => {
      const properties = resourcesOf(prod, 'AWS::MSK::Topic').get(name)?.Properties;
      expect(properties).toMatchObject({ TopicName: name, PartitionCount: topic.partitions, ReplicationFactor: 3 });
      expect(decode(properties?.Configs)).toMatchObject({
        'min.insync.replicas': '2',
        'retention.ms': String(topic.retentionMs),
        // A record older than this would be acknowledged and deleted at once.
        'message.timestamp.before.max.ms': String(topic.retentionMs),
        'max.message.bytes': String(topic.maxMessageBytes),
        // Else the limit is one of compressed bytes, and a record of any size gets past it.
        'compression.type': 'uncompressed',
        'unclean.leader.election.enable': 'false',
      });
    },
  );

  it('take no record that an invocation does not take', () => {
    const mapped = new Set(Object.values(consumers).flatMap(({ reads }) => reads.map(({ topic }) => topic)));
    const limits = [...mapped].map((topic) => all[topic]?.maxMessageBytes ?? Number.NaN);
    // Six characters of JSON for a byte, and what the event has beside the record.
    for (const limit of limits) expect(6 * limit + 3_000).toBeLessThan(6 * 1024 * 1024);
  });

  it('let no producer from outside say when its record came', () => {
    const stamped = [...resourcesOf(prod, 'AWS::MSK::Topic')].filter(
      ([, { Properties }]) => decode(Properties.Configs)['message.timestamp.type'] === 'LogAppendTime',
    );
    expect(stamped.map(([name]) => name)).toEqual(['orders']);
  });

  it('are weaker in dev by replication only', () => {
    for (const [name, { Properties }] of resourcesOf(dev, 'AWS::MSK::Topic')) {
      expect(Properties.ReplicationFactor).toBe(2);
      const inProd = decode(resourcesOf(prod, 'AWS::MSK::Topic').get(name)?.Properties.Configs);
      expect(decode(Properties.Configs)).toEqual({ ...inProd, 'min.insync.replicas': '1' });
    }
  });
});

describe.each([
  ['dev', dev, 2, 2],
  ['prod', prod, 3, 3],
])('the brokers of %s', (_, template, brokers, zones) => {
  const [cluster] = Object.values(template.findResources('AWS::MSK::Cluster'));

  it('spread over its zones', () => {
    expect(cluster?.Properties.NumberOfBrokerNodes).toBe(brokers);
    expect(cluster?.Properties.BrokerNodeGroupInfo.ClientSubnets).toHaveLength(zones);
  });

  it('can become more without another cluster: subnets cannot be changed, and do not follow their number', () => {
    const grown = grownTemplate({ ...stages[_ as 'dev' | 'prod'], brokers: brokers * 2 });
    const [larger] = Object.values(grown.findResources('AWS::MSK::Cluster'));
    expect(larger?.Properties).toEqual({ ...cluster?.Properties, NumberOfBrokerNodes: brokers * 2 });
  });

  it('can take another version of Kafka: nothing of the configuration that cannot be changed follows it', () => {
    template.hasResourceProperties('AWS::MSK::Configuration', { KafkaVersionsList: Match.absent() });
  });

  it('keep what Kafka needs for itself on no more brokers than there are', () => {
    const [configuration] = Object.values(template.findResources('AWS::MSK::Configuration'));
    expect(configuration?.Properties.ServerProperties).toContain(`offsets.topic.replication.factor=${brokers}`);
  });
});

it('names cluster and configuration anew for each stack, since what was kept keeps its name', () => {
  for (const template of [dev, prod]) {
    const [cluster] = Object.values(template.findResources('AWS::MSK::Cluster'));
    const [configuration] = Object.values(template.findResources('AWS::MSK::Configuration'));
    expect(JSON.stringify(cluster?.Properties.ClusterName)).toContain('AWS::StackId');
    expect(configuration?.Properties.Name).toEqual(cluster?.Properties.ClusterName);
  }
});

it('keeps the cluster in prod, and all that it stands on, but nothing of a deployment that failed', () => {
  const network = { dev: networkTemplate(), prod: networkTemplate({ stage: 'prod' }) };
  for (const template of [prod, network.prod]) {
    for (const resource of Object.values(template.toJSON().Resources)) {
      expect(resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate' });
    }
  }
  for (const template of [dev, network.dev]) {
    for (const resource of Object.values(template.toJSON().Resources)) {
      expect((resource as { DeletionPolicy?: string }).DeletionPolicy ?? 'Delete').toBe('Delete');
    }
  }
});

it('grows the volumes of prod before they are full', () => {
  prod.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
    ScalableDimension: 'kafka:broker-storage:VolumeSize',
    MaxCapacity: 1000,
  });
  prod.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
    TargetTrackingScalingPolicyConfiguration: { DisableScaleIn: true, TargetValue: 60 },
  });
  dev.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0);
});

describe('clients from outside', () => {
  const opened = streamTemplate({ clients: 'sg-0abc1234,10.1.0.0/16' });

  it('reach the brokers from the groups and ranges that are given, on the port for IAM, and nobody else does', () => {
    const [group] = Object.values(opened.findResources('AWS::EC2::SecurityGroup'));
    expect(group?.Properties.SecurityGroupIngress).toEqual([
      expect.objectContaining({ SourceSecurityGroupId: 'sg-0abc1234', FromPort: 9098, ToPort: 9098 }),
      expect.objectContaining({ CidrIp: '10.1.0.0/16', FromPort: 9098, ToPort: 9098 }),
    ]);
    // And the app's own pollers.
    opened.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  });

  it('connect from VPCs of the accounts that are given, by IAM', () => {
    const connected = streamTemplate({ 'multi-vpc': '111111111111' });
    connected.hasResourceProperties('AWS::MSK::Cluster', {
      BrokerNodeGroupInfo: {
        ConnectivityInfo: { VpcConnectivity: { ClientAuthentication: { Sasl: { Iam: { Enabled: true } } } } },
      },
    });
    connected.hasResourceProperties('AWS::MSK::ClusterPolicy', {
      Policy: {
        Statement: [Match.objectLike({ Effect: 'Allow', Action: Match.arrayWith(['kafka:CreateVpcConnection']) })],
      },
    });
    dev.resourceCountIs('AWS::MSK::ClusterPolicy', 0);
  });

  it('get policies to produce orders, to consume events, and to read dead letters, in groups that are not the app’s', () => {
    const policies = resourcesOf(dev, 'AWS::IAM::ManagedPolicy');
    const actions = (name: string) =>
      (policies.get(name)?.Properties.PolicyDocument as { Statement: { Action: string | string[] }[] } | undefined)
        ?.Statement ?? [];
    expect(JSON.stringify(actions('ProducerPolicy'))).toMatch(/WriteData.*\/orders"/);
    expect(JSON.stringify(actions('ProducerPolicy'))).not.toMatch(/ReadData|order-events/);
    expect(JSON.stringify(actions('ConsumerPolicy'))).toMatch(/ReadData.*\/order-events"/);
    expect(JSON.stringify(actions('ConsumerPolicy'))).not.toMatch(/WriteData|-dlq"/);
    expect(JSON.stringify(actions('OperatorPolicy'))).toMatch(/ReadData.*\/risk-dlq"/);
    for (const [name, prefix] of [
      ['ConsumerPolicy', 'client.*'],
      ['OperatorPolicy', 'operator.*'],
    ] as const) {
      const groups = actions(name).filter(({ Action }) => [Action].flat().includes('kafka-cluster:AlterGroup'));
      expect(JSON.stringify(groups)).toContain(`/${prefix}"`);
    }
  });

  it('find cluster, group and policies among the outputs', () => {
    expect(Object.keys(dev.findOutputs('*'))).toEqual(
      expect.arrayContaining([
        'ClusterArn',
        'BrokerGroupId',
        'ProducerPolicyArn',
        'ConsumerPolicyArn',
        'OperatorPolicyArn',
      ]),
    );
  });
});
