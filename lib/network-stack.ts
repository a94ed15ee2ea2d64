import { Fn, RemovalPolicies, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DataKey, removalPolicyOf } from './data-key';
import type { Settings } from './settings';
import type { Stage } from './stages';

/**
 * A network without a way out: three zones of private subnets, no internet gateway, no NAT.
 *
 * The functions in it need brokers, which are inside, and DynamoDB and S3, which are reached by free gateway endpoints.
 * Signing for MSK is local, logs and traces leave by Lambda itself, and pollers in provisioned mode need no endpoint, so
 * there is none that is billed by the hour.
 */
export class NetworkStack extends Stack {
  readonly vpc: Vpc;

  constructor(scope: Construct, id: string, { settings, ...props }: StackProps & { settings: Settings }) {
    super(scope, id, props);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.20.0.0/16'),
      // Named by index: `maxAzs: 3` in a stack without a region gives two.
      availabilityZones: settings.zones ? [...settings.zones] : [0, 1, 2].map((i) => Fn.select(i, Fn.getAzs())),
      natGateways: 0,
      subnetConfiguration: [{ name: 'Private', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 20 }],
      // Closing the default group takes a custom resource, and nothing here is ever put into it.
      restrictDefaultSecurityGroup: false,
    });

    for (const [name, service, actions] of [
      ['DynamoDb', GatewayVpcEndpointAwsService.DYNAMODB, 'dynamodb:*'],
      ['S3', GatewayVpcEndpointAwsService.S3, 's3:*'],
    ] as const) {
      this.vpc.addGatewayEndpoint(name, { service }).addToPolicy(
        new PolicyStatement({
          principals: [new AnyPrincipal()],
          actions: [actions],
          resources: ['*'],
          // Nothing leaves for another account's table or bucket, whoever got hold of a function.
          conditions: { StringEquals: { 'aws:ResourceAccount': this.account } },
        }),
      );
    }

    // What is kept of the cluster stands in it: a group in use can no more be deleted than the subnets of its brokers.
    RemovalPolicies.of(this).apply(removalPolicyOf(settings.stage));

    if (settings.stage.flowLogs) this.logRejected(settings.stage);
    else {
      Validations.of(this.vpc).acknowledge({
        id: 'AwsSolutions::AwsSolutions-VPC7',
        reason:
          'A stage that keeps nothing needs no evidence; the network has no way out, and prod logs what it refuses.',
      });
    }
  }

  private logRejected(stage: Stage): void {
    const dataKey = new DataKey(this, 'DataKey', { stage, describes: 'Flow logs of the network' });
    this.vpc.addFlowLog('Rejected', {
      trafficType: FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toCloudWatchLogs(
        dataKey.logGroup(this, 'FlowLogs'),
        new Role(this, 'FlowLogsRole', { assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com') }),
      ),
    });
  }
}
