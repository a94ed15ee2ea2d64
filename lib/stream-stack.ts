import { Stack, type StackProps } from 'aws-cdk-lib';
import { Port, SecurityGroup, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnCluster, CfnConfiguration, CfnTopic } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import { DataKey } from './data-key';
import type { Settings } from './settings';
import { encodeConfiguration, topicConfiguration } from './topic-configuration';
import { topics } from './topology';

/** Where brokers listen for clients that sign with IAM. */
export const IAM_PORT = Port.tcp(9098);

/** The newest that MSK offers on Standard brokers, and the minor version of the broker offline. */
const KAFKA_VERSION = '4.1.x.kraft';

const days = (n: number) => n * 24 * 60;

/** The Kafka cluster and its topics: IAM only, encrypted on the wire and on disk, no topic made by a typing error. */
export class StreamStack extends Stack {
  readonly clusterArn: string;
  readonly brokers: SecurityGroup;

  constructor(
    scope: Construct,
    id: string,
    { settings, vpc, ...props }: StackProps & { settings: Settings; vpc: Vpc },
  ) {
    super(scope, id, props);
    const { stage } = settings;
    const dataKey = new DataKey(this, 'DataKey', { stage, describes: 'Volumes and logs of the brokers' });

    this.brokers = new SecurityGroup(this, 'Brokers', {
      vpc,
      description: 'Brokers, and the pollers of event source mappings',
      allowAllOutbound: false,
    });
    // A mapping's pollers stand in the cluster's own group: https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html
    this.brokers.connections.allowInternally(IAM_PORT, 'pollers to brokers');

    const configuration = new CfnConfiguration(this, 'Configuration', {
      name: `orderflow-${stage.name}`,
      kafkaVersionsList: [KAFKA_VERSION],
      serverProperties: [
        'auto.create.topics.enable=false',
        `default.replication.factor=${stage.replicationFactor}`,
        `min.insync.replicas=${stage.minInsyncReplicas}`,
        'unclean.leader.election.enable=false',
        // A mapping that was switched off for longer than a topic's retention still knows where it stood.
        `offsets.retention.minutes=${days(30)}`,
      ].join('\n'),
    });

    const cluster = new CfnCluster(this, 'Cluster', {
      clusterName: `orderflow-${stage.name}`,
      kafkaVersion: KAFKA_VERSION,
      numberOfBrokerNodes: stage.brokers,
      brokerNodeGroupInfo: {
        instanceType: stage.brokerType,
        clientSubnets: vpc.isolatedSubnets.slice(0, stage.brokers).map(({ subnetId }) => subnetId),
        securityGroups: [this.brokers.securityGroupId],
        storageInfo: { ebsStorageInfo: { volumeSize: stage.volumeGb } },
        connectivityInfo: { publicAccess: { type: 'DISABLED' } },
      },
      clientAuthentication: { sasl: { iam: { enabled: true } }, unauthenticated: { enabled: false } },
      encryptionInfo: {
        encryptionAtRest: { dataVolumeKmsKeyId: dataKey.key.keyArn },
        encryptionInTransit: { clientBroker: 'TLS', inCluster: true },
      },
      configurationInfo: { arn: configuration.attrArn, revision: configuration.attrLatestRevisionRevision },
      enhancedMonitoring: stage.monitoring,
      openMonitoring: {
        prometheus: { jmxExporter: { enabledInBroker: true }, nodeExporter: { enabledInBroker: true } },
      },
      loggingInfo: {
        brokerLogs: {
          cloudWatchLogs: { enabled: true, logGroup: dataKey.logGroup(this, 'BrokerLogs').logGroupName },
        },
      },
    });
    cluster.applyRemovalPolicy(dataKey.removalPolicy);
    this.clusterArn = cluster.attrArn;

    const scopeOfTopics = new Construct(this, 'Topics');
    for (const [name, topic] of Object.entries(topics)) {
      new CfnTopic(scopeOfTopics, name, {
        clusterArn: cluster.attrArn,
        topicName: name,
        partitionCount: topic.partitions,
        replicationFactor: stage.replicationFactor,
        configs: encodeConfiguration(topicConfiguration(topic, stage)),
      }).applyRemovalPolicy(dataKey.removalPolicy);
    }
  }
}
