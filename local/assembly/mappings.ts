import type { FunctionModel, MappingModel, OnFailureDestination } from '../model';
import { UnresolvedError } from './assembly-error';
import { findFunction } from './functions';
import { booleanOf, listOf, numberOf, recordOf, requiredText, textOf, textsOf } from './properties';
import type { Reading, ResourceView } from './reading';

const TYPE = 'AWS::Lambda::EventSourceMapping';
const DEFAULT_BATCH_SIZE = 100;
const MAXIMUM_BATCH_SIZE = 10_000;
const DEFAULT_WINDOW_MS = 500;
/** Retries Lambda makes of a mapping that says "for ever" and has a destination for what failed. */
const RETRIES_WITH_DESTINATION = 10;
const FOR_EVER = -1;

/** Ignored by Lambda without ProvisionedPollerConfig, and accepted by CloudFormation and CDK all the same. */
const provisionedOnly = [
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'BisectBatchOnFunctionError',
  'FunctionResponseTypes',
  'SchemaRegistryConfig',
  'LoggingConfig',
] as const;

/** Why Lambda, or the runner, would not take the mapping; throws rather than answers. */
const refuse = (message: string): never => {
  throw new UnresolvedError(message);
};

const sourceOf = (mapping: ResourceView): Pick<MappingModel, 'source' | 'eventSourceArn'> => {
  if (mapping.raw('SelfManagedEventSource') !== undefined) return { source: 'self-managed' };
  const eventSourceArn = requiredText(mapping.get('EventSourceArn'), 'EventSourceArn');
  const service = eventSourceArn.split(':')[2] ?? '';
  if (service !== 'kafka') refuse(`events of ${service || eventSourceArn} are not delivered offline, only Kafka's`);
  return { source: 'msk', eventSourceArn };
};

const destinationOf = (mapping: ResourceView): OnFailureDestination | undefined => {
  const target = textOf(recordOf(recordOf(mapping.get('DestinationConfig')).OnFailure).Destination);
  if (target === undefined) return undefined;
  if (target.startsWith('kafka://')) return { kind: 'kafka', target: target.slice('kafka://'.length) };
  const service = target.split(':')[2];
  if (service === 's3') return { kind: 's3', target: target.split(':').at(-1) ?? target };
  if (service === 'sqs' || service === 'sns') return { kind: service, target };
  return refuse(`the on-failure destination ${target} is none that Lambda takes for Kafka`);
};

const filtersOf = (mapping: ResourceView): unknown[] =>
  listOf(recordOf(mapping.get('FilterCriteria')).Filters).map((filter) => {
    const pattern = textOf(recordOf(filter).Pattern) ?? '';
    try {
      return JSON.parse(pattern);
    } catch {
      return refuse(`the filter pattern ${pattern.slice(0, 80)} is not JSON`);
    }
  });

const startOf = (mapping: ResourceView): Pick<MappingModel, 'startingPosition' | 'startingTimestamp'> => {
  const position = textOf(mapping.get('StartingPosition'));
  if (position === 'TRIM_HORIZON' || position === 'LATEST') return { startingPosition: position };
  if (position !== 'AT_TIMESTAMP')
    return refuse('StartingPosition is missing, and Lambda refuses a Kafka mapping without it');
  const seconds = numberOf(mapping.get('StartingPositionTimestamp'), 'StartingPositionTimestamp');
  if (seconds === undefined) return refuse('StartingPosition AT_TIMESTAMP needs StartingPositionTimestamp');
  return { startingPosition: position, startingTimestamp: seconds * 1000 };
};

const groupOf = (mapping: ResourceView): string | undefined =>
  ['AmazonManagedKafkaEventSourceConfig', 'SelfManagedKafkaEventSourceConfig']
    .map((property) => textOf(recordOf(mapping.get(property)).ConsumerGroupId))
    .find((group) => group !== undefined);

const topicOf = (mapping: ResourceView): string => {
  const topics = textsOf(mapping.get('Topics'));
  if (topics.length !== 1) refuse(`Topics names ${topics.length} topics, and a mapping reads exactly one`);
  return requiredText(topics[0], 'Topics');
};

const batchSizeOf = (mapping: ResourceView): number => {
  const size = numberOf(mapping.get('BatchSize'), 'BatchSize') ?? DEFAULT_BATCH_SIZE;
  return size >= 1 && size <= MAXIMUM_BATCH_SIZE
    ? size
    : refuse(`BatchSize is ${size}, and must be from 1 to ${MAXIMUM_BATCH_SIZE}`);
};

const windowOf = (mapping: ResourceView): number => {
  const seconds = numberOf(mapping.get('MaximumBatchingWindowInSeconds'), 'MaximumBatchingWindowInSeconds');
  if (seconds === undefined) return DEFAULT_WINDOW_MS;
  return seconds >= 0 && seconds <= 300
    ? seconds * 1000
    : refuse(`MaximumBatchingWindowInSeconds is ${seconds}, and must be from 0 to 300`);
};

const provisionedPart = (mapping: ResourceView, onFailure: OnFailureDestination | undefined) => {
  const attempts = numberOf(mapping.get('MaximumRetryAttempts'), 'MaximumRetryAttempts') ?? FOR_EVER;
  return {
    maximumRetryAttempts: attempts === FOR_EVER && onFailure !== undefined ? RETRIES_WITH_DESTINATION : attempts,
    maximumRecordAgeSeconds:
      numberOf(mapping.get('MaximumRecordAgeInSeconds'), 'MaximumRecordAgeInSeconds') ?? FOR_EVER,
    bisectBatchOnFunctionError: booleanOf(mapping.get('BisectBatchOnFunctionError')) ?? false,
    reportBatchItemFailures: textsOf(mapping.get('FunctionResponseTypes')).includes('ReportBatchItemFailures'),
  };
};

/** In on-demand mode Lambda knows one rule: the whole batch, for ever. */
const onDemandPart = {
  maximumRetryAttempts: FOR_EVER,
  maximumRecordAgeSeconds: FOR_EVER,
  bisectBatchOnFunctionError: false,
  reportBatchItemFailures: false,
};

const noticeIgnored = (reading: Reading, mapping: ResourceView, onFailure: OnFailureDestination | undefined): void => {
  const ignored: string[] = provisionedOnly.filter((property) => mapping.raw(property) !== undefined);
  if (onFailure?.kind === 'kafka') ignored.push(`kafka://${onFailure.target}`);
  if (ignored.length === 0) return;
  reading.notice(mapping.origin, TYPE, `${ignored.join(', ')} ignored, as Lambda does without ProvisionedPollerConfig`);
};

const readMapping = (reading: Reading, mapping: ResourceView, functions: readonly FunctionModel[]): MappingModel => {
  const source = sourceOf(mapping);
  const config = recordOf(mapping.get('SelfManagedKafkaEventSourceConfig'));
  if (config.ConsumptionMode === 'Queue') refuse('ConsumptionMode Queue (share groups) is not run offline');
  const reference = requiredText(mapping.get('FunctionName'), 'FunctionName');
  const fn = findFunction(functions, reference) ?? refuse(`its function ${reference} is not one that is run here`);
  const provisioned = mapping.get('ProvisionedPollerConfig') !== undefined;
  const destination = destinationOf(mapping);
  if (!provisioned) noticeIgnored(reading, mapping, destination);
  if (mapping.raw('SourceAccessConfigurations') !== undefined) {
    reading.notice(
      mapping.origin,
      TYPE,
      'SourceAccessConfigurations ignored: the local broker asks for no credentials',
    );
  }
  const uuid = mapping.ref();
  const onFailure = provisioned || destination?.kind !== 'kafka' ? destination : undefined;
  return {
    origin: mapping.origin,
    uuid,
    functionArn: fn.arn,
    ...source,
    topic: topicOf(mapping),
    groupId: groupOf(mapping) ?? uuid,
    enabled: booleanOf(mapping.get('Enabled')) ?? true,
    batchSize: batchSizeOf(mapping),
    batchingWindowMs: windowOf(mapping),
    ...startOf(mapping),
    ...(provisioned ? provisionedPart(mapping, onFailure) : onDemandPart),
    ...(onFailure === undefined ? {} : { onFailure }),
    filters: filtersOf(mapping),
  };
};

/**
 * The Kafka event source mappings with Lambda's own defaults; those Lambda would refuse leave a notice instead
 * (https://docs.aws.amazon.com/lambda/latest/dg/kafka-esm-parameters.html).
 */
export const readMappings = (reading: Reading, functions: readonly FunctionModel[]): MappingModel[] => {
  const mappings = reading.resources(TYPE).flatMap((resource) => {
    const mapping = reading.attempt(resource, 'not polled', () => readMapping(reading, resource, functions));
    return mapping === undefined ? [] : [mapping];
  });
  const groups = new Set<string>();
  for (const { groupId, origin } of mappings) {
    if (groups.has(groupId)) {
      reading.notice(
        origin,
        TYPE,
        `consumer group ${groupId} belongs to another mapping too; Lambda wants them unique`,
      );
    }
    groups.add(groupId);
  }
  return mappings;
};
