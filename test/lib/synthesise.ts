import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { NetworkStack } from '../../lib/network-stack';
import { PipelineStack } from '../../lib/pipeline-stack';
import { appContext, readSettings } from '../../lib/settings';
import { StreamStack } from '../../lib/stream-stack';
import { temporaryFolder } from '../temporary-folder';

/** In place of a bundle: template tests have no need of the functions' code. */
export const stubCode = () => Code.fromInline('exports.handler = async () => ({});');

/**
 * An app that writes into a folder of its own. Off is what takes seconds and says nothing about templates: CloudFormation's
 * own rules, which have a test of their own, and a stack trace for each construct.
 */
export const aCdkApp = (
  context: Readonly<Record<string, string>> = {},
  { builtinCloudFormationValidation = false } = {},
) =>
  new App({
    context: { ...appContext, ...context },
    outdir: temporaryFolder('cdk'),
    builtinCloudFormationValidation,
    stackTraces: false,
    treeMetadata: false,
  });

/** The whole app, without bundles. */
export function anApp(context?: Readonly<Record<string, string>>, options?: Parameters<typeof aCdkApp>[1]) {
  const app = aCdkApp(context, options);
  const settings = readSettings(app.node, {});
  const network = new NetworkStack(app, 'network', { settings });
  const stream = new StreamStack(app, 'stream', { settings, vpc: network.vpc });
  const pipeline = new PipelineStack(app, 'pipeline', { settings, network, stream, code: stubCode });
  return { app, network, stream, pipeline };
}

export const pipelineTemplate = (context?: Readonly<Record<string, string>>) =>
  Template.fromStack(anApp(context).pipeline);

/** The network alone, without what stands in it. */
export function networkTemplate(context?: Readonly<Record<string, string>>) {
  const app = aCdkApp(context);
  return Template.fromStack(new NetworkStack(app, 'network', { settings: readSettings(app.node, {}) }));
}

/** The stream, without those who read it. */
export function streamTemplate(context?: Readonly<Record<string, string>>) {
  const app = aCdkApp(context);
  const settings = readSettings(app.node, {});
  const { vpc } = new NetworkStack(app, 'network', { settings });
  return Template.fromStack(new StreamStack(app, 'stream', { settings, vpc }));
}

/** A stack of its own, for a construct that is tested alone. */
export const aStack = () => new Stack(aCdkApp(), 'alone');

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
