import { networkTemplate, streamTemplate } from './templates';

const network = networkTemplate();

it('has private subnets in three zones and no way out', () => {
  network.resourceCountIs('AWS::EC2::Subnet', 3);
  network.resourceCountIs('AWS::EC2::NatGateway', 0);
  network.resourceCountIs('AWS::EC2::InternetGateway', 0);
  network.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
});

it('takes the zones that it is given', () => {
  const zones = networkTemplate({ zones: 'x-1a,x-1b,x-1c' }).findResources('AWS::EC2::Subnet');
  expect(Object.values(zones).map(({ Properties }) => Properties.AvailabilityZone)).toEqual(['x-1a', 'x-1b', 'x-1c']);
});

it('pays for no endpoint, and lets nothing through to another account', () => {
  const endpoints = Object.values(network.findResources('AWS::EC2::VPCEndpoint'));
  expect(endpoints).toHaveLength(2);
  for (const { Properties } of endpoints) {
    expect(Properties.VpcEndpointType).toBe('Gateway');
    expect(Properties.PolicyDocument.Statement).toEqual([
      expect.objectContaining({ Condition: { StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } } }),
    ]);
  }
});

it('logs what it refuses, in prod', () => {
  networkTemplate({ stage: 'prod' }).hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'REJECT' });
});

it('takes another range', () => {
  networkTemplate({ cidr: '10.96.0.0/16' }).hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '10.96.0.0/16' });
});

describe('with a way out', () => {
  const open = networkTemplate({ egress: 'nat' });
  const subnetsOf = (template: typeof open) =>
    Object.entries(template.findResources('AWS::EC2::Subnet')).map(([id, { Properties }]) => [
      id,
      Properties.CidrBlock,
    ]);

  it('has one gateway, and leaves brokers and all other functions in subnets without a route to it', () => {
    open.resourceCountIs('AWS::EC2::NatGateway', 1);
    const routes = Object.values(open.findResources('AWS::EC2::Route')).map(
      ({ Properties }) => Properties.RouteTableId.Ref,
    );
    expect(routes.filter((table: string) => table.startsWith('VpcPrivate'))).toEqual([]);
    expect(routes).toHaveLength(6);
  });

  it('moves no subnet that is there already', () => {
    expect(subnetsOf(open)).toEqual(expect.arrayContaining(subnetsOf(network)));
  });
});

it('takes a VPC that is there, and makes nothing then', () => {
  const own = { vpc: 'vpc-0a', subnets: 'subnet-1,subnet-2,subnet-3', zones: 'x-1a,x-1b,x-1c' };
  expect(networkTemplate(own).toJSON().Resources ?? {}).toEqual({});
  streamTemplate(own).hasResourceProperties('AWS::MSK::Cluster', {
    BrokerNodeGroupInfo: { ClientSubnets: ['subnet-1', 'subnet-2'] },
  });
});
