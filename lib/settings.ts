import type { Node } from 'constructs';
import { type Stage, stages } from './stages';

/** What whoever deploys may choose: `-c name=value`, or the environment variable beside it. */
export interface Settings {
  /** `stage`, `ORDERFLOW_STAGE`: `dev` unless told. */
  readonly stage: Stage;
  /** `zones`, `ORDERFLOW_ZONES`: three zone names with commas; absent: the region's first three. */
  readonly zones?: readonly string[];
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
    const value = node.tryGetContext(name) ?? environment[`ORDERFLOW_${name.toUpperCase().replace('-', '_')}`];
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
    ...(zones && { zones }),
    ...(issuer && audience && { tokens: { issuer, audience } }),
    origins: list('origins') ?? (stage.name === 'dev' ? ['http://localhost:3000'] : []),
    ...(read('alarm-email') && { alarmEmail: read('alarm-email') }),
  };
}

/** What whoever synthesises should know before they deploy, a sentence each. */
export function warnings({ stage, alarmEmail, protect }: Settings): string[] {
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
  return told;
}
