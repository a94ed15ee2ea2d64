import { CfnOutput, Fn, RemovalPolicies, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { AccountPrincipal, ManagedPolicy, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnCluster, CfnClusterPolicy, CfnConfiguration, CfnTopic } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import { clusterFaults, KAFKA_VERSION } from './brokers';
import { DataKey, removalPolicyOf } from './data-key';
import { KafkaAccess } from './kafka-access';
import type { Settings } from './settings';
import type { Stage } from './stages';
import { encodeConfiguration, topicConfiguration } from './topic-configuration';
import { topics } from './topology';

/** Where brokers listen for clients that sign with IAM. */
export const IAM_PORT = Port.tcp(9098);

const days = (n: number) => n * 24 * 60;

/** The Kafka cluster and its topics: IAM only, encrypted on the wire and on disk, no topic made by a typing error. */
export class StreamStack extends Stack {
  readonly clusterArn: string;
  readonly brokers: SecurityGroup;

  constructor(
    scope: Construct,
    id: string,
    { settings, vpc, ...props }: StackProps & { settings: Settings; vpc: IVpc },
  ) {
    super(scope, id, props);
    const { stage } = settings;
    // Cluster, configuration and group together: none of them can go while another is kept.
    RemovalPolicies.of(this).apply(removalPolicyOf(stage));
    this.node.addValidation({ validate: () => clusterFaults(stage, topics) });
    const dataKey = new DataKey(this, 'DataKey', { stage, describes: 'Volumes and logs of the brokers' });

    this.brokers = new SecurityGroup(this, 'Brokers', {
      vpc,
      description: 'Brokers, and the pollers of event source mappings',
      allowAllOutbound: false,
    });
    // A mapping's pollers stand in the cluster's own group: https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html
    this.brokers.connections.allowInternally(IAM_PORT, 'pollers to brokers');

    const name = `orderflow-${stage.name}-${this.incarnation()}`;
    for (const client of settings.clients) {
      const peer = client.startsWith('sg-') ? Peer.securityGroupId(client) : Peer.ipv4(client);
      this.brokers.addIngressRule(peer, IAM_PORT, 'clients of our own choice');
    }

    const configuration = new CfnConfiguration(this, 'Configuration', {
      name,
      // Without a list of Kafka versions, which can only be given when the configuration is made: with one, an upgrade of
      // Kafka would replace the configuration by another of the same name, which MSK refuses.
      // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-msk-configuration.html
      serverProperties: [
        'auto.create.topics.enable=false',
        `default.replication.factor=${stage.replicationFactor}`,
        `min.insync.replicas=${stage.minInsyncReplicas}`,
        'unclean.leader.election.enable=false',
        // Kafka's own default is three, which fewer brokers could never fulfil: no group would ever find a coordinator.
        ...internalTopics(stage),
        // A mapping that was switched off for longer than a topic's retention still knows where it stood.
        `offsets.retention.minutes=${days(30)}`,
      ].join('\n'),
    });

    const cluster = new CfnCluster(this, 'Cluster', {
      clusterName: name,
      kafkaVersion: KAFKA_VERSION,
      numberOfBrokerNodes: stage.brokers,
      brokerNodeGroupInfo: {
        instanceType: stage.brokerType,
        // As many as zones, whatever the number of brokers: MSK cannot change them, CloudFormation would replace the cluster.
        clientSubnets: vpc.isolatedSubnets.slice(0, stage.zones).map(({ subnetId }) => subnetId),
        securityGroups: [this.brokers.securityGroupId],
        storageInfo: { ebsStorageInfo: { volumeSize: stage.volumeGb } },
        connectivityInfo: {
          publicAccess: { type: 'DISABLED' },
          ...(settings.multiVpc.length > 0 && {
            vpcConnectivity: { clientAuthentication: { sasl: { iam: { enabled: true } } } },
          }),
        },
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
    this.clusterArn = cluster.attrArn;

    const scopeOfTopics = new Construct(this, 'Topics');
    for (const [name, topic] of Object.entries(topics)) {
      new CfnTopic(scopeOfTopics, name, {
        clusterArn: cluster.attrArn,
        topicName: name,
        partitionCount: topic.partitions,
        replicationFactor: stage.replicationFactor,
        configs: encodeConfiguration(topicConfiguration(topic, stage)),
      });
    }
    if (stage.mostVolumeGb > stage.volumeGb) growVolumes(this, this.clusterArn, stage.mostVolumeGb);
    if (settings.multiVpc.length > 0) letConnect(this, cluster, settings.multiVpc);
    this.addClientPolicies();
    for (const [name, value] of [
      ['ClusterArn', this.clusterArn],
      ['BrokerGroupId', this.brokers.securityGroupId],
    ] as const) {
      new CfnOutput(this, name, { value }).overrideLogicalId(name);
    }
  }

  /** What a role outside of the app needs to place orders, to read what becomes of them, and to read dead letters. */
  private addClientPolicies(): void {
    const access = new KafkaAccess(this, this.clusterArn);
    const letters = Object.keys(topics).filter((name) => name.endsWith('-dlq'));
    const events = Object.keys(topics).filter((name) => !letters.includes(name));
    for (const [name, description, statements] of [
      ['ProducerPolicy', 'Places orders on the topic orders', access.write(['orders'], { idempotently: true })],
      ['ConsumerPolicy', 'Reads the topics of orders, in groups named client.*', access.read(events, 'client.*')],
      ['OperatorPolicy', 'Reads dead letters, in groups named operator.*', access.read(letters, 'operator.*')],
    ] as const) {
      const policy = new ManagedPolicy(this, name, { description, statements });
      // Not the groups of the app: whoever joins one takes records away from it.
      const nameAndUuid = '{"Fn::Select":[1,{"Fn::Split":[":cluster/",{"Fn::GetAtt":["Cluster","Arn"]}]}]}';
      for (const prefix of ['client.*', 'operator.*']) {
        Validations.of(policy).acknowledge({
          id: `AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:kafka:<AWS::Region>:<AWS::AccountId>:group/${nameAndUuid}/${prefix}]`,
          reason: 'Consumer groups by a prefix that no consumer of the app has; topics one by one.',
        });
      }
      new CfnOutput(this, `${name}Arn`, { value: policy.managedPolicyArn }).overrideLogicalId(`${name}Arn`);
    }
  }

  /**
   * Eight digits that a stack which is made anew does not share with the one before: a cluster that was kept keeps its name, too,
   * and MSK takes no second one of it.
   */
  private incarnation(): string {
    const uuid = Fn.select(2, Fn.split('/', this.stackId));
    return Fn.select(0, Fn.split('-', uuid));
  }
}

/**
 * Replication of the topics that Kafka keeps for itself. MSK's table of defaults names none of them, and "for properties that
 * aren't in this table, MSK uses the defaults of Apache Kafka", which ask for three brokers:
 * https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html
 */
function internalTopics({ replicationFactor, minInsyncReplicas }: Stage): string[] {
  return [
    `offsets.topic.replication.factor=${replicationFactor}`,
    `transaction.state.log.replication.factor=${replicationFactor}`,
    `transaction.state.log.min.isr=${minInsyncReplicas}`,
  ];
}

/**
 * Volumes that grow by themselves, by a tenth at a time, before they are full; MSK never makes one smaller.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-autoexpand.html
 * @see https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-msk.html
 */
function growVolumes(scope: Construct, clusterArn: string, mostGb: number): void {
  const target = new CfnScalableTarget(scope, 'Volumes', {
    serviceNamespace: 'kafka',
    scalableDimension: 'kafka:broker-storage:VolumeSize',
    resourceId: clusterArn,
    minCapacity: 1,
    maxCapacity: mostGb,
  });
  new CfnScalingPolicy(scope, 'GrowVolumes', {
    policyName: 'grow-volumes',
    policyType: 'TargetTrackingScaling',
    scalingTargetId: target.ref,
    targetTrackingScalingPolicyConfiguration: {
      targetValue: 60,
      disableScaleIn: true,
      predefinedMetricSpecification: { predefinedMetricType: 'KafkaBrokerStorageUtilization' },
    },
  });
}

/**
 * Lets accounts connect from VPCs of theirs; what their roles may do then, their own policies and this one say together.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/mvpc-cluster-owner-action-policy.html
 */
function letConnect(scope: Construct, cluster: CfnCluster, accounts: readonly string[]): void {
  new CfnClusterPolicy(scope, 'OtherVpcs', {
    clusterArn: cluster.attrArn,
    policy: new PolicyDocument({
      statements: [
        new PolicyStatement({
          principals: accounts.map((account) => new AccountPrincipal(account)),
          actions: [
            'kafka:CreateVpcConnection',
            'kafka:GetBootstrapBrokers',
            'kafka:DescribeCluster',
            'kafka:DescribeClusterV2',
          ],
          resources: [cluster.attrArn],
        }),
      ],
    }),
  });
}
