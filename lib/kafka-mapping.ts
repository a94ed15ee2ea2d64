import { CfnEventSourceMapping, type CfnEventSourceMappingProps } from 'aws-cdk-lib/aws-lambda';
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
  return faults;
}

/** An event source mapping on a topic; synthesis fails, with what to do, when Lambda would refuse it or lose records. */
export class KafkaMapping extends Construct {
  /** UUID, by which Lambda's metrics name the mapping. */
  readonly uuid: string;

  constructor(scope: Construct, id: string, props: CfnEventSourceMappingProps) {
    super(scope, id);
    this.node.addValidation({ validate: () => mappingFaults(props) });
    this.uuid = new CfnEventSourceMapping(this, 'Resource', props).ref;
  }
}
