import { CustomResource, Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DataKey } from './data-key';
import { RUNTIME } from './pipeline-function';
import type { Stage } from './stages';

export interface BootstrapBrokersProps {
  readonly stage: Stage;
  readonly dataKey: DataKey;
  readonly clusterArn: string;
  readonly code: (name: string) => Code;
}

/**
 * The cluster's bootstrap brokers, which CloudFormation does not tell: a custom resource asks MSK when the stack is
 * deployed. It stands beside those who use the answer, so that a cluster with more brokers is no export in use.
 */
export class BootstrapBrokers extends Construct {
  /** `host:port,host:port` */
  readonly address: string;

  constructor(scope: Construct, id: string, { stage, dataKey, clusterArn, code }: BootstrapBrokersProps) {
    super(scope, id);
    const logs = dataKey.logGroup(this, 'bootstrap-brokers-logs');
    const fn = new LambdaFunction(this, 'bootstrap-brokers', {
      description: 'tells CloudFormation where the brokers are',
      runtime: RUNTIME,
      architecture: stage.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      handler: 'index.handler',
      code: code('bootstrap-brokers'),
      timeout: Duration.minutes(1),
      memorySize: 256,
      logGroup: logs,
      role: new Role(this, 'Role', {
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
        inlinePolicies: {
          Ask: new PolicyDocument({
            statements: [
              new PolicyStatement({ actions: ['kafka:GetBootstrapBrokers'], resources: [clusterArn] }),
              new PolicyStatement({
                actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                resources: [logs.logGroupArn],
              }),
            ],
          }),
        },
      }),
      environment: { NODE_OPTIONS: '--enable-source-maps', POWERTOOLS_SERVICE_NAME: 'bootstrap-brokers' },
    });

    const answer = new CustomResource(this, 'Answer', {
      serviceToken: fn.functionArn,
      resourceType: 'Custom::MskBootstrapBrokers',
      // CloudFormation asks again only when a property changes; other brokers have other addresses.
      properties: { ClusterArn: clusterArn, Brokers: stage.brokers },
      serviceTimeout: Duration.minutes(5),
    });
    this.address = answer.getAttString('BootstrapBrokerStringSaslIam');
  }
}
