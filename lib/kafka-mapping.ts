import { CfnEventSourceMapping, type CfnEventSourceMappingProps } from 'aws-cdk-lib/aws-lambda';
import { Token, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/**
 * Properties that Lambda takes for Kafka in provisioned mode only, and refuses at deployment otherwise.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 */
const PROVISIONED_ONLY = [
  'maximumRetryAttempts',
  'maximumRecordAgeInSeconds',
  'bisectBatchOnFunctionError',
  'functionResponseTypes',
  'loggingConfig',
] as const satisfies readonly (keyof CfnEventSourceMappingProps)[];

/**
 * MSK publishes no lag of other groups, and says nothing about it.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/consumer-lag.html
 */
const MEASURED_GROUP = /^[\x21-\x39\x3b-\x7e]+$/;

/** What is wrong with a mapping on a Kafka topic that neither CDK nor CloudFormation's schema would notice. */
export function mappingFaults(props: CfnEventSourceMappingProps): string[] {
  const faults = PROVISIONED_ONLY.filter((name) => !props.provisionedPollerConfig && props[name] !== undefined).map(
    (name) => `${name} needs provisioned mode: set provisionedPollerConfig, or leave it out`,
  );
  if (props.startingPosition === undefined) {
    faults.push('startingPosition is missing: TRIM_HORIZON loses nothing while the mapping starts');
  }
  if (props.startingPosition === 'AT_TIMESTAMP' && props.startingPositionTimestamp === undefined) {
    faults.push('startingPosition AT_TIMESTAMP needs startingPositionTimestamp');
  }
  if (props.topics?.length !== 1) faults.push('a mapping reads exactly one topic');
  const group = groupOf(props);
  if (group !== undefined && !MEASURED_GROUP.test(group)) {
    faults.push(
      `the consumer group "${group}" would have no lag metrics, so no alarm: take printable ASCII without a colon`,
    );
  }
  return faults;
}

function groupOf(props: CfnEventSourceMappingProps): string | undefined {
  for (const config of [props.amazonManagedKafkaEventSourceConfig, props.selfManagedKafkaEventSourceConfig]) {
    if (config && 'consumerGroupId' in config && !Token.isUnresolved(config.consumerGroupId))
      return config.consumerGroupId;
  }
  return undefined;
}

/** An event source mapping on a topic; synthesis fails, with what to do, when Lambda would refuse it or lose records. */
export class KafkaMapping extends Construct {
  /** UUID, by which Lambda's metrics name the mapping. */
  readonly uuid: string;

  constructor(scope: Construct, id: string, props: CfnEventSourceMappingProps) {
    super(scope, id);
    this.node.addValidation({ validate: () => mappingFaults(props) });
    const mapping = new CfnEventSourceMapping(this, 'Resource', props);
    this.uuid = mapping.ref;
    // Two rules of cdk-preflight that hold for other event sources. The page's own example for Kafka has
    // `--bisect-batch-on-function-error` and `MinimumPollers=1`.
    for (const rule of ['pf-lambda-esm-bisect-batch-stream-only', 'pf-lambda-esm-sqs-minimum-pollers-min']) {
      Validations.of(mapping).acknowledge({
        id: `cdk-preflight::${rule}`,
        reason: 'Kafka takes it: https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html',
      });
    }
  }
}
