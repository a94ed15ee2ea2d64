import type { BrokerType } from './brokers';

/** What differs between a stage that is cheap and may lose, and one that may not. */
export interface Stage {
  readonly name: 'dev' | 'prod';
  /** A multiple of the zones. It may grow later, and no topic's replicas move by themselves. */
  readonly brokers: number;
  /** Zones the brokers stand in, 2 or 3: MSK cannot change them later, so they do not follow the brokers' count. */
  readonly zones: 2 | 3;
  readonly brokerType: BrokerType;
  /** GiB for each broker, at first. */
  readonly volumeGb: number;
  /** GiB that a volume may grow to by itself; the same: it does not. */
  readonly mostVolumeGb: number;
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

export const stages: Readonly<Record<Stage['name'], Stage>> = {
  dev: {
    name: 'dev',
    brokers: 2,
    zones: 2,
    // The smallest that MSK runs without ZooKeeper, see brokers.ts.
    brokerType: 'kafka.m7g.large',
    volumeGb: 20,
    mostVolumeGb: 20,
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
      'functions have at most 20 environments each, so that a small account can deploy it',
      'nothing is kept when a stack is destroyed: tables, topics, logs and keys go with it; nor is what the network refuses',
    ],
  },
  prod: {
    name: 'prod',
    brokers: 3,
    zones: 3,
    brokerType: 'kafka.m7g.large',
    volumeGb: 200,
    mostVolumeGb: 1000,
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
