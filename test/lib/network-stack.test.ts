import { networkTemplate } from './templates';

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
