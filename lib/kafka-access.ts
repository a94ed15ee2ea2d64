import { Fn, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * What a role needs to speak to a cluster that authenticates by IAM, resource by resource.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
 */
export class KafkaAccess {
  constructor(
    private readonly scope: Construct,
    readonly clusterArn: string,
  ) {}

  /** By which MSK's metrics name the cluster. */
  get clusterName(): string {
    return Fn.select(1, Fn.split('/', this.clusterArn));
  }

  /** @param idempotently for producers that number their records, the default of Java's since Kafka 3 */
  write(topics: readonly string[], { idempotently = false } = {}): PolicyStatement[] {
    return [
      this.connect(...(idempotently ? ['kafka-cluster:WriteDataIdempotently'] : [])),
      new PolicyStatement({
        actions: ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
        resources: topics.map((topic) => this.arn('topic', topic)),
      }),
    ];
  }

  /** For a client with a group of its own; `groups` may end in `*`. */
  read(topics: readonly string[], groups: string): PolicyStatement[] {
    return [
      this.connect(),
      new PolicyStatement({
        actions: ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'],
        resources: topics.map((topic) => this.arn('topic', topic)),
      }),
      new PolicyStatement({
        actions: ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'],
        resources: [this.arn('group', groups)],
      }),
    ];
  }

  /**
   * For the mapping, which reads in the function's name; it must also find the cluster and its network
   * (https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html).
   */
  poll(topic: string, group: string): PolicyStatement[] {
    return [
      this.connect(),
      new PolicyStatement({
        actions: ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'],
        resources: [this.arn('topic', topic)],
      }),
      new PolicyStatement({
        actions: ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'],
        resources: [this.arn('group', group)],
      }),
      new PolicyStatement({
        // The page above names no other; policies in the field have it, and reading a cluster's settings gives nothing away.
        actions: ['kafka-cluster:DescribeClusterDynamicConfiguration'],
        resources: [this.clusterArn],
      }),
      new PolicyStatement({
        actions: ['kafka:DescribeCluster', 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'],
        resources: [this.clusterArn],
      }),
      new PolicyStatement({ actions: ['ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'], resources: ['*'] }),
    ];
  }

  private connect(...more: string[]): PolicyStatement {
    return new PolicyStatement({ actions: ['kafka-cluster:Connect', ...more], resources: [this.clusterArn] });
  }

  /** `arn:…:cluster/<name>/<uuid>` names the cluster; its topics and groups carry the same name and uuid. */
  private arn(kind: 'topic' | 'group', name: string): string {
    const nameAndUuid = Fn.select(1, Fn.split(':cluster/', this.clusterArn));
    const { partition, region, account } = Stack.of(this.scope);
    return `arn:${partition}:kafka:${region}:${account}:${kind}/${nameAndUuid}/${name}`;
  }
}
