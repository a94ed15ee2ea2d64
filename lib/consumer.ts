import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { PERIOD } from './alarms';
import type { Consumer, Start, Subscription, Topic } from './function-needs';
import { KafkaMapping } from './kafka-mapping';
import { watchMapping } from './mapping-alarms';
import { addFunction, type PipelineFunction, type Surroundings } from './pipeline-function';

/**
 * A consumer: its function, a mapping for each topic it reads, and alarms when it falls behind, drops or dead-letters.
 *
 * A broken dependency must neither lose nor dead-letter anything, so mappings retry for ever, have no on-failure
 * destination, and leave dead letters to the consumer, which knows a bad record from a bad day.
 */
export function addConsumer(
  scope: Construct,
  name: string,
  consumer: Consumer,
  topics: Readonly<Record<string, Topic>>,
  around: Surroundings,
): PipelineFunction {
  const made = addFunction(scope, name, consumer, around);
  for (const subscription of consumer.reads) addMapping(name, made, subscription, topics, around);
  alarmOnDeadLetters(name, made, around);
  return made;
}

function addMapping(
  name: string,
  { fn }: PipelineFunction,
  { topic, group, batchSize, batchingWindow, only, startsAt, lagAlarmSeconds = 300 }: Subscription,
  topics: Readonly<Record<string, Topic>>,
  { kafka, stage, alarms }: Surroundings,
): void {
  const declared = topics[topic];
  if (!declared) throw new Error(`${name} reads "${topic}", which lib/topology.ts does not declare`);
  for (const statement of kafka.poll(topic, group)) fn.addToRolePolicy(statement);

  const mapping = new KafkaMapping(fn, topic, {
    functionName: fn.functionName,
    eventSourceArn: kafka.clusterArn,
    topics: [topic],
    amazonManagedKafkaEventSourceConfig: { consumerGroupId: group },
    ...startOf(name, startsAt),
    batchSize,
    ...(batchingWindow !== undefined && { maximumBatchingWindowInSeconds: batchingWindow }),
    ...(only && { filterCriteria: { filters: only.map((value) => ({ pattern: JSON.stringify({ value }) })) } }),
    provisionedPollerConfig: {
      minimumPollers: 1,
      // More than one a partition would idle.
      maximumPollers: declared.partitions,
      // Mappings of one group share what they are billed for.
      pollerGroupName: `orderflow-${stage.name}`,
    },
    functionResponseTypes: ['ReportBatchItemFailures'],
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: -1,
    maximumRecordAgeInSeconds: -1,
    metricsConfig: { metrics: ['EventCount', 'ErrorCount', 'KafkaMetrics'] },
  });
  // Lambda polls with the role's permissions from its first second on.
  if (fn.role) mapping.node.addDependency(fn.role);

  watchMapping(alarms, {
    consumer: name,
    topic,
    group,
    uuid: mapping.uuid,
    clusterName: kafka.clusterName,
    lagSeconds: lagAlarmSeconds,
  });
}

/** Lambda takes an instant in seconds. */
function startOf(name: string, start: Start = 'TRIM_HORIZON') {
  if (start === 'TRIM_HORIZON' || start === 'LATEST') return { startingPosition: start };
  const milliseconds = Date.parse(start);
  if (Number.isNaN(milliseconds)) {
    throw new Error(
      `${name} starts at "${start}" in lib/topology.ts: write TRIM_HORIZON, LATEST or 2026-11-25T12:00:00Z`,
    );
  }
  return { startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp: Math.floor(milliseconds / 1000) };
}

/** Each dead letter is one line in the consumer's log, written after the broker acknowledged it. */
export const DEAD_LETTER_MESSAGE = 'Record dead-lettered';

function alarmOnDeadLetters(name: string, { logs }: PipelineFunction, { alarms }: Surroundings): void {
  const filter = logs.addMetricFilter('DeadLetters', {
    filterPattern: FilterPattern.stringValue('$.message', '=', DEAD_LETTER_MESSAGE),
    metricNamespace: 'orderflow',
    metricName: 'DeadLettered',
    metricValue: '1',
    dimensions: { service: '$.service' },
  });
  alarms.above(
    `${name}-dead-letters`,
    filter.metric({ statistic: Stats.SUM, period: PERIOD, dimensionsMap: { service: name } }),
    { threshold: 0, minutes: 1, means: `${name} put a record on its dead-letter topic`, runbook: 'dead-letters-came' },
  );
}
