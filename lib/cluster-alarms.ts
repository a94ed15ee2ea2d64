import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmSpec, type Alarms, PERIOD } from './alarms';
import type { Stage } from './stages';

/** Metrics that one alarm may combine: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const METRICS_OF_AN_ALARM = 10;

/**
 * What rings for the cluster: what AWS names as critical, and the disk before it is full.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
 */
export function watchCluster(alarms: Alarms, clusterName: string, { brokers, monitoring }: Stage): void {
  const brokerIds = Array.from({ length: brokers }, (_, index) => String(index + 1));
  const metric = (metricName: string, statistic: string, broker?: string) =>
    new Metric({
      namespace: 'AWS/Kafka',
      metricName,
      statistic,
      period: PERIOD,
      dimensionsMap: { 'Cluster Name': clusterName, ...(broker && { 'Broker ID': broker }) },
    });
  const ofAnyBroker = (metricName: string, spec: AlarmSpec) => {
    for (let from = 0; from < brokers; from += METRICS_OF_AN_ALARM) {
      const ids = brokerIds.slice(from, from + METRICS_OF_AN_ALARM);
      const id = `cluster-${metricName}${from === 0 ? '' : `-${from}`}`;
      alarms.above(id, highest(ids.map((broker) => metric(metricName, Stats.MAXIMUM, broker))), spec);
    }
  };

  alarms.above('cluster-offline-partitions', metric('OfflinePartitionsCount', Stats.MAXIMUM), {
    threshold: 0,
    minutes: 2,
    means: 'Partitions have no leader: what is in them can be neither read nor written',
    runbook: 'kafka-is-unwell',
  });
  alarms.belowOrSilent('cluster-no-controller', metric('ActiveControllerCount', Stats.MAXIMUM), {
    threshold: 1,
    minutes: 5,
    means: 'The cluster has no active controller, or says nothing',
    runbook: 'kafka-is-unwell',
  });
  ofAnyBroker('UnderMinIsrPartitionCount', {
    threshold: 0,
    minutes: 2,
    means: 'Partitions have fewer replicas in sync than an acknowledgement needs: orders are refused',
    runbook: 'kafka-is-unwell',
  });
  ofAnyBroker('UnderReplicatedPartitions', {
    threshold: 0,
    // A broker's restart, for a patch or an upgrade, takes less.
    minutes: 30,
    means: 'Partitions have lacked a replica for half an hour',
    runbook: 'kafka-is-unwell',
  });
  ofAnyBroker('KafkaDataLogsDiskUsed', {
    threshold: 75,
    minutes: 5,
    means: "A broker's disk is more than three quarters full; at 100 % it stops",
    runbook: 'a-disk-fills',
  });
  for (const broker of brokerIds) {
    const busy = new MathExpression({
      label: 'CPU of a broker, %',
      expression: 'user + system',
      usingMetrics: {
        user: metric('CpuUser', Stats.AVERAGE, broker),
        system: metric('CpuSystem', Stats.AVERAGE, broker),
      },
      period: PERIOD,
    });
    alarms.above(`cluster-cpu-${broker}`, busy, {
      threshold: 60,
      minutes: 15,
      means: `Broker ${broker} leaves too little CPU to take over from another one`,
      runbook: 'kafka-is-unwell',
    });
  }
  if (monitoring === 'PER_BROKER') {
    ofAnyBroker('IAMTooManyConnections', {
      threshold: 0,
      minutes: 5,
      means: 'A broker refuses connections that come too fast',
      runbook: 'kafka-is-unwell',
    });
  }
}

function highest(metrics: readonly Metric[]): IMetric {
  return new MathExpression({
    label: 'highest of the brokers',
    expression: `MAX([${metrics.map((_, index) => `b${index}`).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`b${index}`, metric])),
    period: PERIOD,
  });
}
