import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { anApp } from './synthesise';

it.each(['dev', 'prod'])('breaks no rule of AWS’s for solutions in %s, but for a reason beside it', (stage) => {
  const { app } = anApp({ stage });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).not.toThrow();
});

it('breaks no rule of CloudFormation’s own', () => {
  const { app } = anApp({}, { builtinCloudFormationValidation: true });
  expect(() => app.synth()).not.toThrow();
});
