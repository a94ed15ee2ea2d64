/** The CDK app, wired: `cdk synth`, or without the CLI `npm run synth -- -c stage=prod`. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleFunctions, sizeTable } from '../lib/bundling';
import { NetworkStack } from '../lib/network-stack';
import { PipelineStack } from '../lib/pipeline-stack';
import { appContext, readSettings, warnings } from '../lib/settings';
import { StreamStack } from '../lib/stream-stack';
import { consumers, endpoints, jobs } from '../lib/topology';

const { context = [] } = parseArgs({ options: { context: { type: 'string', short: 'c', multiple: true } } }).values;
const given = Object.fromEntries(context.map((pair) => [pair.split('=', 1)[0], pair.slice(pair.indexOf('=') + 1)]));

const root = join(__dirname, '..');
const deploys = process.env.CDK_OUTDIR !== undefined;
const app = new App({
  outdir: process.env.CDK_OUTDIR ?? join(root, 'cdk.out'),
  context: { ...appContext, ...given },
  // The same assembly from both; the CLI, which deploys it, also takes the seconds that the rules need: CloudFormation's own,
  // and those of what AWS refuses at deployment. `npm run check` asks both.
  analyticsReporting: false,
  builtinCloudFormationValidation: deploys,
});
// The rules take seconds to load: only when they are asked.
if (deploys) (require('cdk-preflight') as typeof import('cdk-preflight')).Preflight.apply(app);
const settings = readSettings(app.node);
const bundles = bundleFunctions({
  root,
  names: [...Object.keys(endpoints), ...Object.keys(jobs), ...Object.keys(consumers), 'bootstrap-brokers'],
  // As deep as an assembly's asset folders, so that source maps lead home from there too.
  outdir: 'dist',
});

const name = `orderflow-${settings.stage.name}`;
const terminationProtection = settings.stage.keepsData;
const network = new NetworkStack(app, `${name}-network`, { settings, terminationProtection });
const stream = new StreamStack(app, `${name}-stream`, { settings, vpc: network.vpc, terminationProtection });
new PipelineStack(app, `${name}-pipeline`, {
  settings,
  network,
  stream,
  terminationProtection,
  code: (fn) => Code.fromAsset(join(root, 'dist', fn)),
});
app.synth();

// To standard error: `cdk synth` prints the template on standard output.
console.error(`${sizeTable(bundles)}\n`);
for (const warning of warnings(settings)) console.error(`stage ${settings.stage.name}: ${warning}`);
