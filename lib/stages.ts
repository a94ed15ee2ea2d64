/** What differs between a stage that is cheap and may lose, and one that may not. */
export interface Stage {
  readonly name: 'dev' | 'prod';
  readonly brokers: number;
  readonly brokerType: BrokerType;
  /** GiB for each broker. */
  readonly volumeGb: number;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  /** MSK's monitoring level: above DEFAULT, CloudWatch bills each metric. */
  readonly monitoring: 'DEFAULT' | 'PER_BROKER';
  /** No function gets more environments at once than this, whatever the topology says. */
  readonly mostConcurrency: number;
  /** Whether data outlives the stack that made it. */
  readonly keepsData: boolean;
  readonly logDays: 7 | 30;
  /** Whether the network logs what it refuses. */
  readonly flowLogs: boolean;
  /**
   * In dev x86_64, which `sam local` runs on every laptop: arm64 images need an emulator on an Intel one. In prod arm64, a
   * fifth cheaper. The bundles are plain JavaScript, the same on both.
   */
  readonly architecture: 'x86_64' | 'arm64';
  /** What this stage gives up, a sentence each, for the one who synthesises it. */
  readonly weakens: readonly string[];
}

type BrokerType = keyof typeof brokerLimits;

/** IAM connections of one broker: https://docs.aws.amazon.com/msk/latest/developerguide/limits.html */
export const brokerLimits = {
  'kafka.t3.small': { connections: 3000, newConnectionsPerSecond: 4 },
  'kafka.m7g.large': { connections: 3000, newConnectionsPerSecond: 100 },
} as const;

export const stages: Readonly<Record<Stage['name'], Stage>> = {
  dev: {
    name: 'dev',
    brokers: 2,
    brokerType: 'kafka.t3.small',
    volumeGb: 20,
    replicationFactor: 2,
    minInsyncReplicas: 1,
    monitoring: 'DEFAULT',
    mostConcurrency: 20,
    keepsData: false,
    logDays: 7,
    flowLogs: false,
    architecture: 'x86_64',
    weakens: [
      'replication factor 2 and min.insync.replicas 1: while one broker is away, an acknowledged order is on one disk only',
      'kafka.t3.small: 4 new IAM connections a second a broker, so functions have at most 20 environments each',
      'nothing is kept when a stack is destroyed: tables, topics, logs and keys go with it; nor is what the network refuses',
    ],
  },
  prod: {
    name: 'prod',
    brokers: 3,
    brokerType: 'kafka.m7g.large',
    volumeGb: 200,
    replicationFactor: 3,
    minInsyncReplicas: 2,
    monitoring: 'PER_BROKER',
    mostConcurrency: 200,
    keepsData: true,
    logDays: 30,
    flowLogs: true,
    architecture: 'arm64',
    weakens: [],
  },
};
