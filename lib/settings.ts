import type { Node } from 'constructs';
import { type Stage, stages } from './stages';

/** What whoever deploys may choose: `-c name=value`, or the environment variable beside it. */
export interface Settings {
  /** `stage`, `ORDERFLOW_STAGE`: `dev` unless told. */
  readonly stage: Stage;
  /** `zones`, `ORDERFLOW_ZONES`: three zone names with commas; absent: the region's first three. */
  readonly zones?: readonly string[];
  readonly network: NetworkSettings;
  /** `clients`, `ORDERFLOW_CLIENTS`: security groups and IPv4 ranges that may reach the brokers, beside the app's own. */
  readonly clients: readonly string[];
  /**
   * `multi-vpc`, `ORDERFLOW_MULTI_VPC`: accounts whose VPCs may connect by PrivateLink. Not in a first deployment: MSK makes no
   * cluster with it.
   */
  readonly multiVpc: readonly string[];
  /** `payments`, `ORDERFLOW_PAYMENTS`: who charges: `stand-in`, or the address of a provider, see docs/payments.md. */
  readonly payments: PaymentSettings;
  /** `issuer` and `audience`, `ORDERFLOW_ISSUER` and `ORDERFLOW_AUDIENCE`: whose tokens the API takes; absent: a user pool of the app's own. */
  readonly tokens?: { readonly issuer: string; readonly audience: readonly string[] };
  /** `origins`, `ORDERFLOW_ORIGINS`: web pages that may call the API from a browser. */
  readonly origins: readonly string[];
  /**
   * `protect`, `ORDERFLOW_PROTECT`: whether tables and the user pool refuse to be deleted. Not in a first deployment, which
   * could not be rolled back then.
   */
  readonly protect: boolean;
  /** `alarm-email`, `ORDERFLOW_ALARM_EMAIL`: who hears of alarms. */
  readonly alarmEmail?: string;
}

export type PaymentSettings =
  | { readonly provider: 'stand-in' }
  | {
      /** `https://pay.example.com/v1` */
      readonly provider: string;
      /** `payments-secret`, `ORDERFLOW_PAYMENTS_SECRET`: name or ARN of the secret with the provider's token. */
      readonly secret: string;
    };

/** Where the pipeline stands. */
export type NetworkSettings =
  | {
      /** `cidr`, `ORDERFLOW_CIDR`: the range of a VPC of our own, /16 to /18. */
      readonly cidr: string;
      /** `egress`, `ORDERFLOW_EGRESS`: `nat` gives functions that say so in the topology a way to the internet. */
      readonly egress: 'none' | 'nat';
    }
  | {
      /** `vpc`, `ORDERFLOW_VPC`: a VPC that is there, with gateway endpoints for DynamoDB and S3. */
      readonly vpcId: string;
      /** `subnets`, `ORDERFLOW_SUBNETS`: one in each of the three `zones`, in their order. */
      readonly subnets: readonly string[];
      /** `outbound-subnets`, `ORDERFLOW_OUTBOUND_SUBNETS`: likewise, with a way to the internet. */
      readonly outboundSubnets: readonly string[];
      readonly zones: readonly string[];
    };

/**
 * App context that makes the assembly the same whether `cdk` or `npm run synth` makes it: the first two keys are what
 * `sam local` needs to find code in cdk.out, the others are CDK's recommended behaviour.
 */
export const appContext = {
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:enable-path-metadata': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/core:target-partitions': ['aws'],
} as const;

/** @throws Error saying which setting is wrong and what it may be. */
export function readSettings(node: Node, environment: NodeJS.ProcessEnv = process.env): Settings {
  const read = (name: string): string | undefined => {
    const value = node.tryGetContext(name) ?? environment[`ORDERFLOW_${name.toUpperCase().replaceAll('-', '_')}`];
    return value === undefined || value === '' ? undefined : String(value);
  };
  const list = (name: string) =>
    read(name)
      ?.split(',')
      .map((part) => part.trim())
      .filter(Boolean);

  const name = read('stage') ?? 'dev';
  if (!Object.hasOwn(stages, name)) {
    throw new Error(`There is no stage "${name}": give -c stage=${Object.keys(stages).join(' or -c stage=')}`);
  }
  const stage = stages[name as Stage['name']];
  const zones = list('zones');
  if (zones && zones.length !== 3) throw new Error('The zones are three names with commas: -c zones=a,b,c');

  const payments = readPayments(stage, read('payments'), read('payments-secret'));
  const network = readNetwork(read, list, zones);
  const clients = list('clients') ?? [];
  const noClient = clients.find((client) => !/^sg-[0-9a-f]{8,17}$/.test(client) && !isRange(client));
  if (noClient)
    throw new Error(
      `A client is a security group or an IPv4 range, sg-0123456789abcdef0 or 10.1.0.0/16, not "${noClient}"`,
    );
  const multiVpc = list('multi-vpc') ?? [];
  const noAccount = multiVpc.find((account) => !/^\d{12}$/.test(account));
  if (noAccount) throw new Error(`multi-vpc takes account ids of twelve digits with commas, not "${noAccount}"`);

  const protect = read('protect') ?? 'no';
  if (protect !== 'yes' && protect !== 'no') throw new Error(`protect is yes or no, not "${protect}"`);

  const issuer = read('issuer');
  const audience = list('audience');
  if ((issuer === undefined) !== (audience === undefined)) {
    throw new Error('An issuer needs an audience and the other way round: give -c issuer=https://… -c audience=…');
  }
  if (issuer !== undefined && !issuer.startsWith('https://')) {
    throw new Error(`The issuer is an address that begins with https://, not "${issuer}"`);
  }

  return {
    stage,
    protect: protect === 'yes',
    network,
    payments,
    clients,
    multiVpc,
    ...(zones && { zones }),
    ...(issuer && audience && { tokens: { issuer, audience } }),
    origins: list('origins') ?? (stage.name === 'dev' ? ['http://localhost:3000'] : []),
    ...(read('alarm-email') && { alarmEmail: read('alarm-email') }),
  };
}

function readPayments(stage: Stage, provider: string | undefined, secret: string | undefined): PaymentSettings {
  if (provider === undefined && stage.keepsData) {
    throw new Error(
      `Stage ${stage.name} would charge nobody: give -c payments=https://… -c payments-secret=<name>, or -c payments=stand-in if that is meant`,
    );
  }
  if (provider === undefined || provider === 'stand-in') return { provider: 'stand-in' };
  if (!provider.startsWith('https://')) {
    throw new Error(`payments is stand-in or an address that begins with https://, not "${provider}"`);
  }
  if (secret === undefined)
    throw new Error('A payment provider needs its token: give -c payments-secret=<name or ARN>');
  return { provider, secret };
}

function readNetwork(
  read: (name: string) => string | undefined,
  list: (name: string) => string[] | undefined,
  zones: readonly string[] | undefined,
): NetworkSettings {
  const vpcId = read('vpc');
  if (vpcId === undefined) {
    const cidr = read('cidr') ?? '10.20.0.0/16';
    const size = Number(cidr.split('/')[1]);
    if (!isRange(cidr) || size < 16 || size > 18) throw new Error(`The cidr is a range from /16 to /18, not "${cidr}"`);
    const egress = read('egress') ?? 'none';
    if (egress !== 'none' && egress !== 'nat') throw new Error(`egress is none or nat, not "${egress}"`);
    return { cidr, egress };
  }
  const subnets = list('subnets');
  const outboundSubnets = list('outbound-subnets') ?? [];
  if (!/^vpc-[0-9a-f]+$/.test(vpcId)) throw new Error(`A VPC is named vpc-0123…, not "${vpcId}"`);
  if (subnets?.length !== 3 || zones === undefined) {
    throw new Error('A VPC that is there needs three subnets and their zones: -c subnets=… -c zones=…');
  }
  if (outboundSubnets.length !== 0 && outboundSubnets.length !== 3) {
    throw new Error('outbound-subnets are three, one in each of the zones, or none');
  }
  return { vpcId, subnets, outboundSubnets, zones };
}

const isRange = (text: string) =>
  /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.test(text) &&
  text.split(/[./]/).every((part, index) => Number(part) <= (index === 4 ? 32 : 255));

/** What whoever synthesises should know before they deploy, a sentence each. */
export function warnings({ stage, alarmEmail, protect, network, payments, multiVpc, clients }: Settings): string[] {
  const told = [...stage.weakens];
  if (!alarmEmail) {
    told.push(
      `${stage.keepsData ? 'NOBODY HEARS OF AN ALARM' : 'nobody hears of an alarm'}: give -c alarm-email=<address>`,
    );
  }
  if (stage.keepsData && !protect) {
    told.push(
      'tables and user pool can be deleted by mistake: once the first deployment stands, deploy again with -c protect=yes',
    );
  }
  if (payments.provider === 'stand-in' && stage.keepsData) {
    told.push('NOBODY IS CHARGED: payments are recorded by a stand-in, which moves no money (-c payments=https://…)');
  }
  if ('egress' in network && network.egress === 'nat') {
    told.push('a NAT gateway is billed by the hour, about $33 a month, and $0.045 a GB that passes');
  }
  if (clients.includes('0.0.0.0/0')) told.push('ANY ADDRESS THAT HAS A ROUTE MAY REACH THE BROKERS: narrow -c clients');
  if (multiVpc.length > 0) told.push('multi-vpc is refused by MSK in a first deployment: deploy once without it');
  return told;
}
