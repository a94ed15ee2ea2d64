/** The newest that MSK offers on Standard brokers, and the minor version of the broker offline. */
export const KAFKA_VERSION = '4.1.x.kraft';

/**
 * What MSK lets a broker of a type do: IAM connections, all and new ones a second
 * (https://docs.aws.amazon.com/msk/latest/developerguide/limits.html), and partitions with their replicas
 * (https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html#partitions-per-broker).
 */
export const brokerTypes = {
  'kafka.t3.small': { connections: 3000, newConnectionsPerSecond: 4, partitions: 300 },
  'kafka.m5.large': { connections: 3000, newConnectionsPerSecond: 100, partitions: 1000 },
  'kafka.m7g.large': { connections: 3000, newConnectionsPerSecond: 100, partitions: 1000 },
  'kafka.m7g.xlarge': { connections: 3000, newConnectionsPerSecond: 100, partitions: 1000 },
} as const;

export type BrokerType = keyof typeof brokerTypes;

/** What has to go together in a cluster. */
export interface ClusterShape {
  /** Of the stage, for those who are told what is wrong. */
  readonly name: string;
  readonly brokers: number;
  readonly brokerType: BrokerType;
  readonly zones: number;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
}

/**
 * What MSK refuses of a cluster, known before it is asked; a sentence each, with what to do.
 *
 * KRaft on t3: CreateCluster answers "Unsupported InstanceType specified. Valid values: [express.m7g.*, kafka.m5.*,
 * kafka.m7g.*]". AWS's page of broker sizes does not say so; cdk-preflight's rule pf-msk-t3-small-not-kraft does.
 * Zones and brokers: https://docs.aws.amazon.com/msk/latest/developerguide/msk-create-cluster.html, "the number of brokers
 * must be a multiple of the number of zones".
 */
export function clusterFaults(
  { name, brokers, brokerType, zones, replicationFactor, minInsyncReplicas }: ClusterShape,
  topics: Readonly<Record<string, { readonly partitions: number }>>,
  version: string = KAFKA_VERSION,
): string[] {
  const faults: string[] = [];
  const fault = (text: string) => faults.push(`stage ${name}: ${text} (lib/stages.ts)`);
  if (version.endsWith('.kraft') && brokerType.startsWith('kafka.t3.')) {
    fault(`MSK runs no ${brokerType} with Kafka ${version}: take kafka.m7g.large or kafka.m5.large`);
  }
  if (zones !== 2 && zones !== 3) fault(`a cluster stands in 2 or 3 zones, not in ${zones}`);
  if (brokers % zones !== 0) fault(`${brokers} brokers do not spread over ${zones} zones: take a multiple of ${zones}`);
  if (replicationFactor > brokers) {
    fault(`replication factor ${replicationFactor} needs as many brokers, and there are ${brokers}`);
  }
  if (minInsyncReplicas >= replicationFactor && replicationFactor > 1) {
    fault(
      `min.insync.replicas ${minInsyncReplicas} of ${replicationFactor} refuses every order while one broker is restarted`,
    );
  }
  const replicas = Object.values(topics).reduce((sum, { partitions }) => sum + partitions, 0) * replicationFactor;
  const most = brokerTypes[brokerType].partitions * brokers;
  if (replicas > most) {
    fault(`${replicas} partitions with their replicas are over the ${most} that ${brokers} × ${brokerType} take`);
  }
  return faults;
}
