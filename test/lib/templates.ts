import { Template } from 'aws-cdk-lib/assertions';
import { remembered } from '../remembered';
// Its hook must stand outside of tests, which may be what loads the CDK first.
import '../temporary-folder';
import type * as synthesise from './synthesise';
import type { Context } from './synthesise';

/** All that the app's templates and what is said of them follow from. */
export const sources = [
  'lib',
  'lambdas/api/routes.ts',
  'test/lib/rules.test.ts',
  'test/lib/synthesise.ts',
  'package-lock.json',
];

// 'require', as tests are synchronous when they are declared.
const anyStacks = () => (require('./synthesise') as { stacks: typeof synthesise.stacks }).stacks;

/** The CDK takes a second to load and another for each app, so it is loaded for what is not remembered only. */
const templateOf = (name: keyof typeof synthesise.stacks, context: Context): Template =>
  Template.fromJSON(
    remembered(`${name}${JSON.stringify(context).replaceAll(/\W+/g, '-')}`, sources, () =>
      Template.fromStack(anyStacks()[name](context)).toJSON(),
    ),
  );

export const networkTemplate = (context: Context = {}) => templateOf('network', context);
export const streamTemplate = (context: Context = {}) => templateOf('stream', context);
export const pipelineTemplate = (context: Context = {}) => templateOf('pipeline', context);

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly Metadata?: Record<string, string>;
  readonly DeletionPolicy?: string;
}

/** Resources of a type by the last part of their construct path that is a name. */
export function resourcesOf(template: Template, type: string): Map<string, Resource> {
  const found = Object.values(template.findResources(type)) as Resource[];
  return new Map(found.map((resource) => [nameOf(resource), resource]));
}

const nameOf = ({ Metadata }: Resource) =>
  (Metadata?.['aws:cdk:path'] ?? '').split('/').findLast((part) => part !== 'Resource' && part !== 'DefaultPolicy') ??
  '';

/** A function's properties, by its name in the topology. */
export function functionOf(template: Template, name: string) {
  const found = resourcesOf(template, 'AWS::Lambda::Function').get(name);
  if (!found) throw new Error(`no function ${name} in the template`);
  return found.Properties as {
    readonly Role: { readonly 'Fn::GetAtt': readonly [string, string] };
    readonly LoggingConfig: unknown;
    readonly Timeout: number;
    readonly Runtime: string;
    readonly ReservedConcurrentExecutions?: number;
    readonly VpcConfig?: { readonly SecurityGroupIds: readonly unknown[] };
    readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
  };
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, unknown>;
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Record<string, unknown>[] };
}

/** All that the role of a function may do, inline or attached. */
export function statementsOf(template: Template, functionName: string): Statement[] {
  const [roleId] = functionOf(template, functionName).Role['Fn::GetAtt'];
  const inline = (template.findResources('AWS::IAM::Role')[roleId]?.Properties.Policies ?? []) as Policy[];
  const attached = Object.values(template.findResources('AWS::IAM::Policy'))
    .map(({ Properties }) => Properties)
    .filter(({ Roles }) => JSON.stringify(Roles).includes(`"${roleId}"`)) as Policy[];
  return [...inline, ...attached]
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .map((statement) => ({ ...(statement as unknown as Statement), Action: [statement.Action].flat() as string[] }));
}

/** Allowed actions on resources whose ARN, with its references written out as names, matches. */
export function actionsOn(template: Template, functionName: string, arn: RegExp): string[] {
  return statementsOf(template, functionName)
    .filter(({ Effect, Resource }) => Effect === 'Allow' && [Resource].flat().some((one) => arn.test(flatten(one))))
    .flatMap(({ Action }) => Action)
    .sort();
}

/** `{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, …]]}` → `arn:AWS::Partition…` */
function flatten(value: unknown): string {
  if (Array.isArray(value)) return value.map(flatten).join('');
  if (value !== null && typeof value === 'object') return Object.values(value).map(flatten).join('');
  return String(value);
}
