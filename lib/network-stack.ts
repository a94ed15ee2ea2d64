import { Fn, RemovalPolicies, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DataKey, removalPolicyOf } from './data-key';
import type { Settings } from './settings';
import type { Stage } from './stages';

/**
 * A network without a way out: three zones of private subnets, no internet gateway, no NAT. Asked for one, it gives functions that
 * say so in the topology subnets with a way out, and leaves brokers and all other functions where they are. Or somebody's own.
 *
 * The functions in it need brokers, which are inside, and DynamoDB and S3, which are reached by free gateway endpoints.
 * Signing for MSK is local, logs and traces leave by Lambda itself, and pollers in provisioned mode need no endpoint, so
 * there is none that is billed by the hour.
 */
export class NetworkStack extends Stack {
  readonly vpc: IVpc;

  constructor(scope: Construct, id: string, { settings, ...props }: StackProps & { settings: Settings }) {
    super(scope, id, props);
    const { network } = settings;
    if ('vpcId' in network) {
      this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', {
        vpcId: network.vpcId,
        availabilityZones: [...network.zones],
        isolatedSubnetIds: [...network.subnets],
        ...(network.outboundSubnets.length > 0 && { privateSubnetIds: [...network.outboundSubnets] }),
      });
      return;
    }
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(network.cidr),
      // Named by index: `maxAzs: 3` in a stack without a region gives two.
      availabilityZones: settings.zones ? [...settings.zones] : [0, 1, 2].map((i) => Fn.select(i, Fn.getAzs())),
      natGateways: network.egress === 'nat' ? 1 : 0,
      // Those with a way out come last, and so move none of the others when they are added.
      subnetConfiguration: [
        { name: 'Private', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 20 },
        ...(network.egress === 'nat'
          ? [
              { name: 'Outbound', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 },
              { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
            ]
          : []),
      ],
      // Closing the default group takes a custom resource, and nothing here is ever put into it.
      restrictDefaultSecurityGroup: false,
    });

    this.vpc = vpc;

    for (const [name, service, actions] of [
      ['DynamoDb', GatewayVpcEndpointAwsService.DYNAMODB, 'dynamodb:*'],
      ['S3', GatewayVpcEndpointAwsService.S3, 's3:*'],
    ] as const) {
      vpc.addGatewayEndpoint(name, { service }).addToPolicy(
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

    if (settings.stage.flowLogs) this.logRejected(vpc, settings.stage);
    else {
      Validations.of(vpc).acknowledge({
        id: 'AwsSolutions::AwsSolutions-VPC7',
        reason:
          'A stage that keeps nothing needs no evidence; the network has no way out, and prod logs what it refuses.',
      });
    }
  }

  private logRejected(vpc: Vpc, stage: Stage): void {
    const dataKey = new DataKey(this, 'DataKey', { stage, describes: 'Flow logs of the network' });
    vpc.addFlowLog('Rejected', {
      trafficType: FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toCloudWatchLogs(
        dataKey.logGroup(this, 'FlowLogs'),
        new Role(this, 'FlowLogsRole', { assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com') }),
      ),
    });
  }
}
