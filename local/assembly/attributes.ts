import { arnOf, globalArnOf, inventId, inventName, inventUuid } from './identity';
import type { Stack } from './template';

/** What inventing an answer needs to know of a resource. */
export interface Subject {
  readonly stack: Stack;
  readonly logicalId: string;
  /** A property of the resource as text; undefined when absent. */
  text(property: string): string | undefined;
  /** Where API Gateway's APIs answer offline. */
  readonly apiEndpoint: () => string;
  readonly kafka: string;
}

type Invention = (subject: Subject) => unknown;

interface Inventions {
  /** What Ref gives. */
  readonly ref: Invention;
  /** What Fn::GetAtt gives, by attribute. */
  readonly attributes?: Readonly<Record<string, Invention>>;
}

const named =
  (property: string, length = 64): ((subject: Subject) => string) =>
  (subject) =>
    subject.text(property) ?? inventName(subject.stack, subject.logicalId, length);

const id =
  (prefix: string, length: number): ((subject: Subject) => string) =>
  ({ stack, logicalId }) =>
    `${prefix}${inventId(stack, logicalId, length)}`;

const arn =
  (service: string, resource: (subject: Subject) => string): Invention =>
  (subject) =>
    arnOf(subject.stack, service, resource(subject));

/** The function that a version, alias or URL belongs to: a name, or an ARN with or without a qualifier. */
const functionName = (subject: Subject): string => {
  const given = subject.text('FunctionName') ?? subject.text('TargetFunctionArn') ?? '';
  return /:function:([^:]+)/.exec(given)?.[1] ?? given.split(':')[0] ?? given;
};

const lambdaName = named('FunctionName');
const tableName = named('TableName', 255);
const bucketName = (subject: Subject) => named('BucketName', 63)(subject).toLowerCase();
const clusterPath = (subject: Subject) =>
  `${named('ClusterName')(subject)}/${inventUuid(subject.stack, subject.logicalId)}-1`;
const clusterArn = arn('kafka', (subject) => `cluster/${clusterPath(subject)}`);
const topicArn: Invention = (subject) =>
  `${(subject.text('ClusterArn') ?? '').replace(':cluster/', ':topic/')}/${named('TopicName', 249)(subject)}`;
const queueName = named('QueueName', 80);
const queueUrl = (subject: Subject) =>
  `https://sqs.${subject.stack.region}.amazonaws.com/${subject.stack.account}/${queueName(subject)}`;
const snsArn = arn('sns', named('TopicName', 256));
const logGroup = named('LogGroupName', 512);
const roleArn: Invention = (subject) => globalArnOf(subject.stack, 'iam', `role/${named('RoleName')(subject)}`);
const policyArn: Invention = (s) => globalArnOf(s.stack, 'iam', `policy/${named('ManagedPolicyName', 128)(s)}`);
const keyId = ({ stack, logicalId }: Subject) => inventUuid(stack, logicalId);
const poolId = (subject: Subject) => `${subject.stack.region}_${id('', 9)(subject)}`;
const secretArn = arn('secretsmanager', (s) => `secret:${named('Name', 500)(s)}-${id('', 6)(s)}`);
const streamName = named('Name', 128);
const versionArn = arn('lambda', (s) => `function:${functionName(s)}:1`);
const aliasArn = arn('lambda', (s) => `function:${functionName(s)}:${s.text('Name')}`);
const layerArn = arn('lambda', (s) => `layer:${named('LayerName', 140)(s)}:1`);
const tableAttributes = {
  Arn: arn('dynamodb', (s) => `table/${tableName(s)}`),
  StreamArn: arn('dynamodb', (s) => `table/${tableName(s)}/stream/2020-01-01T00:00:00.000`),
  TableId: keyId,
};
const apiId = id('', 10);

const inventions: Readonly<Record<string, Inventions>> = {
  'AWS::Lambda::Function': { ref: lambdaName, attributes: { Arn: arn('lambda', (s) => `function:${lambdaName(s)}`) } },
  'AWS::Lambda::Version': { ref: versionArn, attributes: { FunctionArn: versionArn, Version: () => '1' } },
  'AWS::Lambda::Alias': { ref: aliasArn, attributes: { AliasArn: aliasArn } },
  'AWS::Lambda::LayerVersion': { ref: layerArn, attributes: { LayerVersionArn: layerArn } },
  'AWS::Lambda::EventSourceMapping': { ref: keyId, attributes: { Id: keyId } },
  'AWS::DynamoDB::Table': { ref: tableName, attributes: tableAttributes },
  'AWS::DynamoDB::GlobalTable': { ref: tableName, attributes: tableAttributes },
  'AWS::S3::Bucket': {
    ref: bucketName,
    attributes: {
      Arn: (s) => `arn:aws:s3:::${bucketName(s)}`,
      DomainName: (s) => `${bucketName(s)}.s3.amazonaws.com`,
      RegionalDomainName: (s) => `${bucketName(s)}.s3.${s.stack.region}.amazonaws.com`,
      DualStackDomainName: (s) => `${bucketName(s)}.s3.dualstack.${s.stack.region}.amazonaws.com`,
      WebsiteURL: (s) => `http://${bucketName(s)}.s3-website-${s.stack.region}.amazonaws.com`,
    },
  },
  'AWS::MSK::Cluster': { ref: clusterArn, attributes: { Arn: clusterArn, CurrentVersion: () => 'K1' } },
  'AWS::MSK::ServerlessCluster': { ref: clusterArn, attributes: { Arn: clusterArn } },
  'AWS::MSK::Configuration': {
    ref: arn('kafka', (s) => `configuration/${named('Name')(s)}/${keyId(s)}-1`),
    attributes: {
      Arn: arn('kafka', (s) => `configuration/${named('Name')(s)}/${keyId(s)}-1`),
      'LatestRevision.Revision': () => 1,
    },
  },
  'AWS::MSK::Topic': { ref: topicArn, attributes: { TopicArn: topicArn } },
  'AWS::SNS::Topic': { ref: snsArn, attributes: { TopicArn: snsArn, TopicName: named('TopicName', 256) } },
  'AWS::SQS::Queue': {
    ref: queueUrl,
    attributes: { Arn: arn('sqs', queueName), QueueName: queueName, QueueUrl: queueUrl },
  },
  'AWS::Kinesis::Stream': { ref: streamName, attributes: { Arn: arn('kinesis', (s) => `stream/${streamName(s)}`) } },
  'AWS::Logs::LogGroup': { ref: logGroup, attributes: { Arn: arn('logs', (s) => `log-group:${logGroup(s)}:*`) } },
  'AWS::IAM::Role': {
    ref: named('RoleName'),
    attributes: { Arn: roleArn, RoleId: (s) => `AROA${id('', 17)(s).toUpperCase()}` },
  },
  'AWS::IAM::ManagedPolicy': { ref: policyArn, attributes: { PolicyArn: policyArn } },
  'AWS::KMS::Key': { ref: keyId, attributes: { Arn: arn('kms', (s) => `key/${keyId(s)}`), KeyId: keyId } },
  'AWS::KMS::Alias': { ref: named('AliasName', 256) },
  'AWS::Cognito::UserPool': {
    ref: poolId,
    attributes: {
      Arn: arn('cognito-idp', (s) => `userpool/${poolId(s)}`),
      UserPoolId: poolId,
      ProviderName: (s) => `cognito-idp.${s.stack.region}.amazonaws.com/${poolId(s)}`,
      ProviderURL: (s) => `https://cognito-idp.${s.stack.region}.amazonaws.com/${poolId(s)}`,
    },
  },
  'AWS::Cognito::UserPoolClient': {
    ref: id('', 26),
    attributes: { ClientId: id('', 26), ClientSecret: id('', 40), Name: named('ClientName', 128) },
  },
  'AWS::SecretsManager::Secret': { ref: secretArn, attributes: { Id: secretArn } },
  'AWS::SSM::Parameter': {
    ref: named('Name', 512),
    attributes: { Value: (s) => s.text('Value') ?? '', Type: (s) => s.text('Type') ?? 'String' },
  },
  'AWS::ApiGatewayV2::Api': { ref: apiId, attributes: { ApiEndpoint: (s) => s.apiEndpoint(), ApiId: apiId } },
  'AWS::ApiGatewayV2::Integration': { ref: id('', 7), attributes: { IntegrationId: id('', 7) } },
  'AWS::ApiGatewayV2::Route': { ref: id('', 7), attributes: { RouteId: id('', 7) } },
  'AWS::ApiGatewayV2::Authorizer': { ref: id('', 6), attributes: { AuthorizerId: id('', 6) } },
  'AWS::ApiGatewayV2::Stage': { ref: (s) => s.text('StageName') ?? '$default' },
  'AWS::Events::Rule': { ref: named('Name'), attributes: { Arn: arn('events', (s) => `rule/${named('Name')(s)}`) } },
  'AWS::Events::EventBus': {
    ref: named('Name', 256),
    attributes: { Arn: arn('events', (s) => `event-bus/${named('Name', 256)(s)}`), Name: named('Name', 256) },
  },
  'AWS::Scheduler::Schedule': {
    ref: named('Name'),
    attributes: { Arn: arn('scheduler', (s) => `schedule/${s.text('GroupName') ?? 'default'}/${named('Name')(s)}`) },
  },
  'AWS::Scheduler::ScheduleGroup': {
    ref: named('Name'),
    attributes: { Arn: arn('scheduler', (s) => `schedule-group/${named('Name')(s)}`) },
  },
  'AWS::StepFunctions::StateMachine': {
    ref: arn('states', (s) => `stateMachine:${named('StateMachineName', 80)(s)}`),
    attributes: {
      Arn: arn('states', (s) => `stateMachine:${named('StateMachineName', 80)(s)}`),
      Name: named('StateMachineName', 80),
    },
  },
  'AWS::CloudWatch::Alarm': {
    ref: named('AlarmName', 255),
    attributes: { Arn: arn('cloudwatch', (s) => `alarm:${named('AlarmName', 255)(s)}`) },
  },
  'AWS::CloudFormation::Stack': {
    ref: arn('cloudformation', (s) => `stack/${inventName(s.stack, s.logicalId, 128)}/offline`),
  },
  'AWS::EC2::VPC': {
    ref: id('vpc-', 17),
    attributes: {
      VpcId: id('vpc-', 17),
      CidrBlock: (s) => s.text('CidrBlock') ?? '10.0.0.0/16',
      DefaultSecurityGroup: id('sg-', 17),
      DefaultNetworkAcl: id('acl-', 17),
      Ipv6CidrBlocks: () => [],
      CidrBlockAssociations: () => [],
    },
  },
  'AWS::EC2::Subnet': {
    ref: id('subnet-', 17),
    attributes: {
      SubnetId: id('subnet-', 17),
      AvailabilityZone: (s) => s.text('AvailabilityZone') ?? `${s.stack.region}a`,
    },
  },
  'AWS::EC2::SecurityGroup': {
    ref: id('sg-', 17),
    attributes: { GroupId: id('sg-', 17), Id: id('sg-', 17), VpcId: (s) => s.text('VpcId') ?? 'vpc-default' },
  },
};

/** What Ref gives for a resource; types not listed get their name, as most of CloudFormation's do. */
export const inventRef = (type: string, subject: Subject): unknown => {
  const known = Object.hasOwn(inventions, type) ? inventions[type] : undefined;
  return known === undefined ? inventName(subject.stack, subject.logicalId, 128) : known.ref(subject);
};

const BOOTSTRAP_BROKERS = /^BootstrapBrokers?/i;

export type Answer = { readonly value: unknown; readonly guessed: boolean };

/** What Fn::GetAtt gives: known, or a guess that is worth a notice. */
export const inventAttribute = (type: string, name: string, subject: Subject): Answer => {
  const known = Object.hasOwn(inventions, type) ? inventions[type]?.attributes : undefined;
  if (known !== undefined && Object.hasOwn(known, name)) return { value: known[name]?.(subject), guessed: false };
  if (BOOTSTRAP_BROKERS.test(name)) return { value: subject.kafka, guessed: false };
  const [, service = 'unknown', kind = 'resource'] = type.split('::');
  const own = inventName(subject.stack, subject.logicalId, 128);
  if (/^(\w*)Arn$/.test(name)) {
    return { value: arnOf(subject.stack, service.toLowerCase(), `${kind.toLowerCase()}/${own}`), guessed: true };
  }
  return { value: subject.text(name) ?? `${own}-${name}`, guessed: true };
};
