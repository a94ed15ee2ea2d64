import { isCustomResource, isNeedless } from './custom-resources';
import { textOf } from './properties';
import type { Reading, ResourceView } from './reading';
import { referencedIds } from './references';

/** Types that another reader turns into something that runs, or says itself what it leaves out. */
const read = new Set([
  'AWS::Lambda::Function',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::LayerVersion',
  'AWS::MSK::Topic',
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::S3::Bucket',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Scheduler::Schedule',
  'AWS::Events::Rule',
  'AWS::CloudFormation::Stack',
]);

/** Permissions, networks, logs, alarms and the like, without which everything runs offline; names or prefixes. */
const meaningless = [
  'AWS::IAM::',
  'AWS::EC2::',
  'AWS::Logs::',
  'AWS::KMS::',
  'AWS::CloudWatch::',
  'AWS::ApplicationAutoScaling::',
  'AWS::SSM::Parameter',
  'AWS::SecretsManager::',
  'AWS::CDK::Metadata',
  'AWS::CloudFormation::WaitCondition',
  'AWS::Lambda::Version',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Permission',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::LayerVersionPermission',
  'AWS::Lambda::CodeSigningConfig',
  'AWS::MSK::Cluster',
  'AWS::MSK::ServerlessCluster',
  'AWS::MSK::Configuration',
  'AWS::MSK::BatchScramSecret',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::Deployment',
  'AWS::ApiGatewayV2::DomainName',
  'AWS::ApiGateway::',
  'AWS::CertificateManager::',
  'AWS::Cognito::',
  'AWS::Route53::',
  'AWS::WAFv2::',
  'AWS::Budgets::',
  'AWS::CE::',
  'AWS::Backup::',
  'AWS::XRay::',
  'AWS::ResourceGroups::',
  'AWS::ServiceCatalogAppRegistry::',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::Synthetics::',
  'AWS::Signer::',
];

const isMeaningless = (type: string) =>
  meaningless.some((name) => (name.endsWith('::') ? type.startsWith(name) : type === name));

/** Types that name an SNS topic for alarms only, which nobody raises offline. */
const alarming = /^AWS::(CloudWatch|Budgets|SNS::TopicPolicy|CloudFormation)/;

const isAlarmTopic = (reading: Reading, topic: ResourceView): boolean => {
  const own = reading.resources().filter(({ stack }) => stack === topic.stack);
  return own
    .filter((resource) => referencedIds(resource.template).has(topic.logicalId))
    .every((resource) => alarming.test(resource.type));
};

/** What there is to say about a resource that nobody reads; undefined when it goes without saying. */
const remark = (reading: Reading, resource: ResourceView): string | undefined => {
  const { type } = resource;
  if (type === 'AWS::ApiGateway::RestApi') return 'REST APIs are not served offline, only HTTP APIs';
  if (isCustomResource(type)) {
    return isNeedless(type, resource.raw('Create')) ? undefined : 'custom resources are not run offline';
  }
  if (read.has(type) || isMeaningless(type)) return undefined;
  if (type === 'AWS::SNS::Topic' && isAlarmTopic(reading, resource)) return undefined;
  return `${type} is not run offline`;
};

const noticeTransforms = (reading: Reading): void => {
  for (const stack of reading.stacks) {
    const names = [stack.template.Transform].flat().map(textOf);
    for (const name of names.filter((text) => text !== undefined)) {
      const origin = { stack: stack.name, logicalId: '', path: stack.displayName };
      const advice = name.startsWith('AWS::Serverless')
        ? 'expand the template first (sam build), or write plain resources'
        : 'it is not applied';
      reading.notice(origin, name, `transform ${name} is worked out by CloudFormation itself, not offline: ${advice}`);
    }
  }
};

/** One notice for each type of resource that the runner does nothing with, and one for each transform it cannot expand. */
export const noticeLeftovers = (reading: Reading): void => {
  noticeTransforms(reading);
  const said = new Set<string>();
  for (const resource of reading.resources()) {
    if (said.has(resource.type)) continue;
    const message = remark(reading, resource);
    if (message === undefined) continue;
    said.add(resource.type);
    reading.notice(resource.origin, resource.type, message);
  }
};
