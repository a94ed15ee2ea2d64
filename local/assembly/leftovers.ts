import { isCustomResource, isNeedless } from './custom-resources';
import { textOf } from './properties';
import type { Reading } from './reading';

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

/** One notice for each type of resource that the runner does nothing with, and for transforms that it cannot expand. */
export const noticeLeftovers = (reading: Reading): void => {
  for (const stack of reading.stacks) {
    const transforms = [stack.template.Transform]
      .flat()
      .map(textOf)
      .filter((name) => name !== undefined);
    for (const name of transforms) {
      const origin = { stack: stack.name, logicalId: '', path: stack.displayName };
      const advice = name.startsWith('AWS::Serverless')
        ? 'expand the template first (sam build), or write plain resources'
        : 'it is not applied';
      reading.notice(origin, name, `transform ${name} is worked out by CloudFormation itself, not offline: ${advice}`);
    }
  }
  const said = new Set<string>();
  for (const { type, origin, raw } of reading.resources()) {
    const custom = isCustomResource(type);
    if (read.has(type) || said.has(type) || (custom ? isNeedless(type, raw('Create')) : isMeaningless(type))) {
      if (type !== 'AWS::ApiGateway::RestApi') continue;
    }
    said.add(type);
    const message = custom
      ? 'custom resources are not run offline'
      : type === 'AWS::ApiGateway::RestApi'
        ? 'REST APIs are not served offline, only HTTP APIs'
        : `${type} is not run offline`;
    reading.notice(origin, type, message);
  }
};
