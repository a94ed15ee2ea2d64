import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type ISecurityGroup, type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { TimeZone } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledgeBelow } from './acknowledge-below';
import { type Alarms, PERIOD } from './alarms';
import type { DataKey } from './data-key';
import { functionEnvironment, speaksKafka } from './function-environment';
import type { FunctionNeeds } from './function-needs';
import type { KafkaAccess } from './kafka-access';
import type { Stage } from './stages';
import type { Storage } from './storage';
import { IAM_PORT } from './stream-stack';

/** The pipeline that a function becomes a part of. */
export interface Surroundings {
  readonly stage: Stage;
  readonly dataKey: DataKey;
  readonly vpc: IVpc;
  readonly brokerGroup: ISecurityGroup;
  /** Bootstrap brokers, `host:port,host:port`. */
  readonly brokers: string;
  readonly kafka: KafkaAccess;
  readonly storage: Storage;
  readonly alarms: Alarms;
  /** The bundle of lambdas/<name>/handler.ts. */
  readonly code: (name: string) => Code;
}

export interface PipelineFunction {
  readonly fn: LambdaFunction;
  readonly logs: LogGroup;
}

/** The newest that is tested here; Node 22 ends in April 2027. */
export const RUNTIME = Runtime.NODEJS_24_X;

/** Lambda asks that a function behind a Kafka mapping ends within 14 minutes. */
const MOST_SECONDS = 840;

/**
 * A function as the topology describes it: code, variables, and a role and security group of its own that allow what its
 * entry says and nothing else.
 */
export function addFunction(
  scope: Construct,
  name: string,
  needs: FunctionNeeds & { readonly deadLetters?: string },
  around: Surroundings,
): PipelineFunction {
  const { stage, dataKey, storage } = around;
  const seconds = needs.timeoutSeconds ?? 60;
  if (seconds >= MOST_SECONDS)
    throw new Error(`${name}: a timeout of ${seconds} s is over Lambda's limit of 14 minutes`);

  const inNetwork = speaksKafka(needs);
  const logs = dataKey.logGroup(scope, `${name}-logs`);
  const role = executionRole(scope, name, logs, inNetwork);
  const fn = new LambdaFunction(scope, name, {
    description: needs.does,
    runtime: RUNTIME,
    architecture: stage.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
    handler: 'index.handler',
    code: around.code(name),
    memorySize: needs.memoryMb ?? 512,
    timeout: Duration.seconds(seconds),
    role,
    logGroup: logs,
    tracing: Tracing.ACTIVE,
    ...(needs.concurrency && { reservedConcurrentExecutions: Math.min(needs.concurrency, stage.mostConcurrency) }),
    ...(inNetwork && {
      vpc: around.vpc,
      vpcSubnets: { subnets: subnetsOf(name, needs, around.vpc) },
      securityGroups: [functionGroup(scope, name, around)],
    }),
    environment: {
      ...functionEnvironment(needs, {
        brokers: around.brokers,
        table: (table) => storage.tableName(table),
        bucket: (bucket) => storage.bucketName(bucket),
      }),
      NODE_OPTIONS: '--enable-source-maps',
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: 'orderflow',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    },
  });

  storage.grant(role, needs);
  for (const secret of needs.secrets ?? []) secretOf(scope, name, secret).grantRead(role);
  const written = [...(needs.writes ?? []), ...(needs.deadLetters === undefined ? [] : [needs.deadLetters])];
  if (written.length > 0) for (const statement of around.kafka.write(written)) role.addToPrincipalPolicy(statement);
  // Until the last who writes to a bucket is gone, emptying it is in vain.
  if (needs.fills) fn.node.addDependency(...storage.emptiers());
  watchFunction(around.alarms, name, fn, seconds);
  if (needs.schedule) addSchedule(fn, needs.schedule);
  Validations.of(role).acknowledge({
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    reason: 'Tracing, network interfaces and their description take no resource in IAM; a test names the actions.',
  });
  return { fn, logs };
}

/**
 * What rings when a function fails, is refused an environment, or needs nearly all of its time. Consumers report a record that
 * fails instead of failing themselves: an error of theirs is a time-out, a crash, or code that does not load.
 */
function watchFunction(alarms: Alarms, name: string, fn: LambdaFunction, timeoutSeconds: number): void {
  const spec = { minutes: 1, threshold: 0, runbook: 'a-function-fails' } as const;
  alarms.above(`${name}-errors`, fn.metricErrors({ statistic: Stats.SUM, period: PERIOD }), {
    ...spec,
    means: `${name} failed: it timed out, crashed, or does not load`,
  });
  alarms.above(`${name}-throttles`, fn.metricThrottles({ statistic: Stats.SUM, period: PERIOD }), {
    ...spec,
    minutes: 5,
    means: `${name} is refused environments: the account's or its own concurrency is used up`,
  });
  alarms.above(`${name}-slow`, fn.metricDuration({ statistic: Stats.MAXIMUM, period: PERIOD }), {
    ...spec,
    threshold: timeoutSeconds * 1000 * 0.8,
    minutes: 5,
    means: `${name} needs more than four fifths of the ${timeoutSeconds} s it has`,
  });
}

function executionRole(scope: Construct, name: string, logs: LogGroup, inNetwork: boolean): Role {
  const interfaces = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  const { partition, region, account } = Stack.of(scope);
  return new Role(scope, `${name}-role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      Logs: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: [logs.logGroupArn],
          }),
        ],
      }),
      ...(inNetwork && {
        Network: new PolicyDocument({
          statements: [
            // Lambda attaches the function to the network with its role, and these actions take no resource …
            new PolicyStatement({ actions: interfaces, resources: ['*'] }),
            // … which the function's own code has no business with:
            // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice-security
            new PolicyStatement({
              effect: Effect.DENY,
              actions: interfaces,
              resources: ['*'],
              conditions: {
                ArnLike: { 'lambda:SourceFunctionArn': `arn:${partition}:lambda:${region}:${account}:function:*` },
              },
            }),
          ],
        }),
      }),
    },
  });
}

const secretOf = (scope: Construct, name: string, secret: string) =>
  secret.startsWith('arn:')
    ? Secret.fromSecretCompleteArn(scope, `${name}-secret`, secret)
    : Secret.fromSecretNameV2(scope, `${name}-secret`, secret);

function subnetsOf(name: string, { outbound }: FunctionNeeds, { isolatedSubnets, privateSubnets }: IVpc) {
  if (!outbound) return isolatedSubnets;
  if (privateSubnets.length === 0) {
    throw new Error(`${name} calls addresses on the internet, and its network has no way out: give -c egress=nat`);
  }
  return privateSubnets;
}

function functionGroup(scope: Construct, name: string, { vpc, brokerGroup }: Surroundings): SecurityGroup {
  const group = new SecurityGroup(scope, `${name}-group`, {
    vpc,
    description: `${name}: to the brokers and the gateway endpoints`,
    allowAllOutbound: false,
  });
  group.connections.allowTo(brokerGroup, IAM_PORT, 'to the brokers');
  // The gateway endpoints' prefix lists have another id in each region; these subnets have no other way out, but for functions
  // that ask for one.
  group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'to DynamoDB and S3 by their gateway endpoints');
  return group;
}

function addSchedule(fn: LambdaFunction, { expression, timezone }: NonNullable<FunctionNeeds['schedule']>): void {
  const zone = timezone === undefined ? TimeZone.ETC_UTC : TimeZone.of(timezone);
  const role = new Role(fn, 'SchedulerRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
  new Schedule(fn, 'Schedule', {
    schedule: ScheduleExpression.expression(expression, zone),
    target: new LambdaInvoke(fn, { role }),
  });
  acknowledgeBelow(role, fn, ':*', 'The versions of the one function that the schedule invokes.');
}
