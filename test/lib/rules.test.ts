import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { seenToHold } from '../seen-to-hold';
import { anApp } from './synthesise';

// Its rules alone take seconds to load; all that they judge follows from these.
const judged = [
  'lib',
  'lambdas/api/routes.ts',
  'test/lib/rules.test.ts',
  'test/lib/synthesise.ts',
  'package-lock.json',
];

it.each(['dev', 'prod'])('breaks no rule of AWS’s for solutions in %s, but for a reason beside it', (stage) => {
  seenToHold(`solutions-${stage}`, judged, () => {
    const { app } = anApp({ stage });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });
});

it('breaks no rule of CloudFormation’s own', () => {
  seenToHold('cloudformation', judged, () => {
    const { app } = anApp({}, { builtinCloudFormationValidation: true });
    expect(() => app.synth()).not.toThrow();
  });
});
