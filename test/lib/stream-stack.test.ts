import { Match } from 'aws-cdk-lib/assertions';
import type { Topic } from '../../lib/function-needs';
import { topics } from '../../lib/topology';
import { resourcesOf, streamTemplate } from './templates';

const dev = streamTemplate();
const prod = streamTemplate({ stage: 'prod' });

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
        'unclean.leader.election.enable': 'false',
      });
    },
  );

  it('are weaker in dev by replication only', () => {
    for (const [name, { Properties }] of resourcesOf(dev, 'AWS::MSK::Topic')) {
      expect(Properties.ReplicationFactor).toBe(2);
      const inProd = decode(resourcesOf(prod, 'AWS::MSK::Topic').get(name)?.Properties.Configs);
      expect(decode(Properties.Configs)).toEqual({ ...inProd, 'min.insync.replicas': '1' });
    }
  });
});

it('has a broker in each of as many zones', () => {
  for (const [template, brokers] of [
    [dev, 2],
    [prod, 3],
  ] as const) {
    const [cluster] = Object.values(template.findResources('AWS::MSK::Cluster'));
    expect(cluster?.Properties.NumberOfBrokerNodes).toBe(brokers);
    expect(cluster?.Properties.BrokerNodeGroupInfo.ClientSubnets).toHaveLength(brokers);
  }
});

it('keeps cluster, topics and keys in prod when the stack goes', () => {
  for (const type of ['AWS::MSK::Cluster', 'AWS::MSK::Topic', 'AWS::KMS::Key', 'AWS::Logs::LogGroup']) {
    prod.allResources(type, { DeletionPolicy: 'Retain' });
    dev.allResources(type, { DeletionPolicy: 'Delete' });
  }
});
