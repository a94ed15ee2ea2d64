import { seenToHold } from '../remembered';
import type * as synthesise from './synthesise';
import { sources } from './templates';

// The rules and the CDK take seconds to load: only when they are asked.
const anApp = (...settings: Parameters<typeof synthesise.anApp>) =>
  (require('./synthesise') as typeof synthesise).anApp(...settings).app;

it.each(['dev', 'prod'])('breaks no rule of AWS’s for solutions in %s, but for a reason beside it', (stage) => {
  seenToHold(`solutions-${stage}`, sources, () => {
    const { AwsSolutionsChecks } = require('cdk-nag') as typeof import('cdk-nag');
    const { Validations } = require('aws-cdk-lib') as typeof import('aws-cdk-lib');
    const app = anApp({ stage });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });
});

it('breaks no rule of CloudFormation’s own', () => {
  seenToHold('cloudformation', sources, () => {
    const app = anApp({}, { builtinCloudFormationValidation: true });
    expect(() => app.synth()).not.toThrow();
  });
});
