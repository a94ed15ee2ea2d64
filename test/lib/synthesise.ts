import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { NetworkStack } from '../../lib/network-stack';
import { PipelineStack } from '../../lib/pipeline-stack';
import { appContext, readSettings } from '../../lib/settings';
import { StreamStack } from '../../lib/stream-stack';

/** In place of a bundle: template tests have no need of the functions' code. */
export const stubCode = () => Code.fromInline('exports.handler = async () => ({});');

/** The whole app, without bundles, in memory; CloudFormation's own rules take seconds, and have a test of their own. */
export function anApp(context: Readonly<Record<string, string>> = {}, { builtinCloudFormationValidation = false } = {}) {
  const app = new App({ context: { ...appContext, ...context }, builtinCloudFormationValidation, treeMetadata: false });
  const settings = readSettings(app.node, {});
  const network = new NetworkStack(app, 'network', { settings });
  const stream = new StreamStack(app, 'stream', { settings, vpc: network.vpc });
  const pipeline = new PipelineStack(app, 'pipeline', { settings, network, stream, code: stubCode });
  return { app, network, stream, pipeline };
}

export function templatesOf(context: Readonly<Record<string, string>> = {}) {
  const { network, stream, pipeline } = anApp(context);
  return {
    network: Template.fromStack(network),
    stream: Template.fromStack(stream),
    pipeline: Template.fromStack(pipeline),
  };
}

/** A stack of its own, for a construct that is tested alone. */
export const aStack = () => new Stack(new App({ context: appContext, builtinCloudFormationValidation: false }), 'alone');

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
