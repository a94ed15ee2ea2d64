import { App, Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { NetworkStack } from '../../lib/network-stack';
import { PipelineStack } from '../../lib/pipeline-stack';
import { appContext, readSettings } from '../../lib/settings';
import { StreamStack } from '../../lib/stream-stack';
import { temporaryFolder } from '../temporary-folder';

export type Context = Readonly<Record<string, string>>;

/** In place of a bundle: template tests have no need of the functions' code. */
export const stubCode = () => Code.fromInline('exports.handler = async () => ({});');

/**
 * An app that writes into a folder of its own. Off is what takes seconds and says nothing about templates: CloudFormation's
 * own rules, which have a test of their own, and a stack trace for each construct.
 */
export const aCdkApp = (context: Context = {}, { builtinCloudFormationValidation = false } = {}) =>
  new App({
    // Prod names who charges, or is refused; most tests do not care.
    context: { ...appContext, ...(context.stage === 'prod' && { payments: 'stand-in' }), ...context },
    outdir: temporaryFolder('cdk'),
    builtinCloudFormationValidation,
    stackTraces: false,
    treeMetadata: false,
  });

/** The whole app, without bundles. */
export function anApp(context?: Context, options?: Parameters<typeof aCdkApp>[1]) {
  const app = aCdkApp(context, options);
  const settings = readSettings(app.node, {});
  const network = new NetworkStack(app, 'network', { settings });
  const stream = new StreamStack(app, 'stream', { settings, vpc: network.vpc });
  const pipeline = new PipelineStack(app, 'pipeline', { settings, network, stream, code: stubCode });
  return { app, network, stream, pipeline };
}

/** A stack of the app, and nothing that needs it. */
export const stacks = {
  network(context: Context): Stack {
    const app = aCdkApp(context);
    return new NetworkStack(app, 'network', { settings: readSettings(app.node, {}) });
  },
  stream(context: Context): Stack {
    const app = aCdkApp(context);
    const settings = readSettings(app.node, {});
    const { vpc } = new NetworkStack(app, 'network', { settings });
    return new StreamStack(app, 'stream', { settings, vpc });
  },
  pipeline: (context: Context): Stack => anApp(context).pipeline,
};

/** A stack of its own, for a construct that is tested alone. */
export const aStack = () => new Stack(aCdkApp(), 'alone');
