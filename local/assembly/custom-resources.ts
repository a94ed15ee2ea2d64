import { UnresolvedError } from './assembly-error';
import { isObject, type Stack } from './template';

export const isCustomResource = (type: string): boolean =>
  type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';

/** CDK's own, which prepare or clean up an account and have nothing to do offline. */
const needless = new Set([
  'Custom::S3AutoDeleteObjects',
  'Custom::LogRetention',
  'Custom::VpcRestrictDefaultSG',
  'Custom::CrossRegionExportReader',
  'Custom::CrossRegionExportWriter',
  'Custom::CrossRegionStringParameterReader',
  'Custom::CrossAccountZoneDelegation',
  'Custom::ECRAutoDeleteImages',
  'Custom::CloudwatchLogResourcePolicy',
  'Custom::AWSCDKOpenIdConnectProvider',
  'Custom::DynamoDBReplica',
]);

const asksForBrokers = (type: string, properties: unknown): boolean =>
  /BootstrapBrokers?/i.test(type) ||
  (type === 'Custom::AWS' && /getBootstrapBrokers/i.test(JSON.stringify(properties ?? {})));

/** Whether it goes without saying that the resource is not run. */
export const isNeedless = (type: string, properties: unknown): boolean =>
  needless.has(type) || asksForBrokers(type, properties);

export interface CustomResource {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly kafka: string;
  /** Value of an export written to another region. */
  readonly crossRegion: (name: string) => unknown;
}

/**
 * An attribute of a custom resource without running it: bootstrap brokers are the local broker's, a cross-region export
 * is read where it is written.
 *
 * @throws UnresolvedError with the key that supplies the value.
 */
export const customAttribute = (resource: CustomResource, name: string): unknown => {
  const { type, properties, kafka, stack, logicalId } = resource;
  if (/BootstrapBrokers?/i.test(name) || asksForBrokers(type, properties)) return kafka;
  if (type === 'Custom::CrossRegionExportReader') return resource.crossRegion(name);
  throw new UnresolvedError(
    `Custom resource ${stack.name}.${logicalId} is not run offline, so its ${name} is not known`,
    `${stack.name}.${logicalId}.${name}`,
  );
};

/** The exports that a writer of CDK's cross-region references holds, by name; values carry intrinsics. */
export const crossRegionExports = (properties: unknown): Readonly<Record<string, unknown>> => {
  const writer = isObject(properties) ? properties.WriterProps : undefined;
  return isObject(writer) && isObject(writer.exports) ? writer.exports : {};
};
