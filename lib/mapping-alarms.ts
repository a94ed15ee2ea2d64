import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type Alarms, PERIOD } from './alarms';

export interface WatchedMapping {
  /** The consumer's name. */
  readonly consumer: string;
  readonly topic: string;
  readonly group: string;
  /** By which Lambda's metrics name it. */
  readonly uuid: string;
  /** By which MSK's metrics name the cluster. */
  readonly clusterName: string;
  /** Seconds of lag that raise the alarm. */
  readonly lagSeconds: number;
}

/** The longest that an idle mapping may say nothing; a new one needs minutes until it polls. */
const SILENT_MINUTES = 15;
/** A batch that is worked on is committed when it ends, and no function may run for longer. */
const STALLED_MINUTES = 15;

/**
 * What rings when a mapping falls behind, stands still, dies, drops records, or meets errors. All go by time: a threshold in
 * records is never reached by a shop that takes ten orders a minute.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html
 */
export function watchMapping(alarms: Alarms, mapping: WatchedMapping): void {
  const { consumer, topic } = mapping;
  const name = `${consumer}-${topic}`;
  const ofMapping = (metricName: string, statistic: string = Stats.SUM) =>
    new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      statistic,
      period: PERIOD,
      dimensionsMap: { EventSourceMappingUUID: mapping.uuid },
    });
  const ofGroup = (metricName: string) =>
    new Metric({
      namespace: 'AWS/Kafka',
      metricName,
      statistic: Stats.MAXIMUM,
      period: PERIOD,
      dimensionsMap: { 'Cluster Name': mapping.clusterName, 'Consumer Group': mapping.group, Topic: topic },
    });

  alarms.above(`${name}-lag`, ofGroup('EstimatedMaxTimeLag'), {
    threshold: mapping.lagSeconds,
    minutes: 5,
    means: `${consumer} needs more than ${mapping.lagSeconds} s to catch up with ${topic}`,
    runbook: 'a-consumer-lags',
  });
  // MSK's own lag, since it is there while the mapping is not; and no estimate of time, which needs records that move.
  const stalled = new MathExpression({
    label: 'records wait and none is committed',
    expression: 'IF(FILL(lag, 0) > 0 AND FILL(committed, 0) == 0, 1, 0)',
    usingMetrics: { lag: ofGroup('SumOffsetLag'), committed: ofMapping('CommittedEventCount') },
    period: PERIOD,
  });
  alarms.above(`${name}-stalled`, stalled, {
    threshold: 0,
    minutes: STALLED_MINUTES,
    means: `Records of ${topic} wait and ${consumer} has done none of them for ${STALLED_MINUTES} minutes`,
    runbook: 'a-consumer-lags',
  });
  // A poll that finds nothing still counts as a zero, so silence means that nobody polls.
  alarms.belowOrSilent(`${name}-silent`, ofMapping('PolledEventCount', Stats.SAMPLE_COUNT), {
    threshold: 1,
    minutes: SILENT_MINUTES,
    means: `The event source mapping of ${consumer} has not polled ${topic} for ${SILENT_MINUTES} minutes`,
    runbook: 'a-mapping-is-dead',
  });
  alarms.above(`${name}-dropped`, ofMapping('DroppedEventCount'), {
    threshold: 0,
    minutes: 1,
    means: `Records of ${topic} never reached ${consumer}`,
    runbook: 'records-were-dropped',
  });
  for (const [kind, metricName, what] of [
    ['polling', 'PollingErrorCount', 'cannot read'],
    ['invoke', 'InvokeErrorCount', 'fails at batches of'],
    ['commit', 'CommitErrorCount', 'cannot commit its place in'],
  ] as const) {
    alarms.above(`${name}-${kind}-errors`, ofMapping(metricName), {
      threshold: 0,
      minutes: 5,
      means: `${consumer} ${what} ${topic}, for five minutes in a row`,
      runbook: kind === 'invoke' ? 'a-function-fails' : 'a-mapping-is-dead',
    });
  }
}

/** Event poller units that all mappings of the account may come to before somebody looks at the bill, about $135 a month each. */
const PLANNED_POLLER_UNITS = 4;

/**
 * What rings when mappings scale to more event poller units than planned, which are billed by the hour. Over all mappings of the
 * account: they are more than one alarm can add up one by one.
 */
export function watchPollers(alarms: Alarms): void {
  const units = new MathExpression({
    label: 'event poller units',
    expression: 'SELECT SUM(EventPollerUnit) FROM SCHEMA("AWS/Lambda", EventSourceMappingUUID)',
    usingMetrics: {},
    period: PERIOD,
  });
  alarms.above('poller-units', units, {
    threshold: PLANNED_POLLER_UNITS,
    minutes: 30,
    means: `Event source mappings have used more than ${PLANNED_POLLER_UNITS} poller units for half an hour`,
    runbook: 'the-bill-grows',
  });
}
