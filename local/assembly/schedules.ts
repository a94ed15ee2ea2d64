import type { FunctionModel, ScheduleModel } from '../model';
import { findFunction } from './functions';
import { listOf, recordOf, requiredText, textOf } from './properties';
import type { Reading, ResourceView } from './reading';

const SCHEDULE = 'AWS::Scheduler::Schedule';
const RULE = 'AWS::Events::Rule';

const functionOf = (reading: Reading, resource: ResourceView, functions: readonly FunctionModel[], target: unknown) => {
  const arn = requiredText(recordOf(target).Arn, 'Target.Arn');
  const fn = findFunction(functions, arn);
  if (fn === undefined)
    reading.notice(resource.origin, resource.type, `target ${arn} is not a function that is run here`);
  return fn;
};

const fromScheduler = (
  reading: Reading,
  schedule: ResourceView,
  functions: readonly FunctionModel[],
): ScheduleModel[] => {
  if (schedule.get('State') === 'DISABLED') return [];
  const target = recordOf(schedule.get('Target'));
  const fn = functionOf(reading, schedule, functions, target);
  const timezone = textOf(schedule.get('ScheduleExpressionTimezone'));
  const input = textOf(target.Input);
  if (fn === undefined) return [];
  return [
    {
      origin: schedule.origin,
      expression: requiredText(schedule.get('ScheduleExpression'), 'ScheduleExpression'),
      functionArn: fn.arn,
      ...(timezone === undefined ? {} : { timezone }),
      ...(input === undefined ? {} : { input }),
    },
  ];
};

const fromRule = (reading: Reading, rule: ResourceView, functions: readonly FunctionModel[]): ScheduleModel[] => {
  if (rule.get('State') === 'DISABLED') return [];
  const expression = textOf(rule.get('ScheduleExpression'));
  if (expression === undefined) {
    reading.notice(rule.origin, RULE, 'waits for events of a bus, which offline does not have');
    return [];
  }
  return listOf(rule.get('Targets')).flatMap((target) => {
    const fn = functionOf(reading, rule, functions, target);
    if (fn === undefined) return [];
    const { Input, InputPath, InputTransformer } = recordOf(target);
    if (InputPath !== undefined || InputTransformer !== undefined) {
      reading.notice(
        rule.origin,
        RULE,
        'InputPath and InputTransformer are not applied offline: the whole event is sent',
      );
    }
    const input = textOf(Input);
    return [{ origin: rule.origin, expression, functionArn: fn.arn, ...(input === undefined ? {} : { input }) }];
  });
};

/** What calls functions by the clock: EventBridge Scheduler's schedules, and rules with a schedule expression. */
export const readSchedules = (reading: Reading, functions: readonly FunctionModel[]): ScheduleModel[] =>
  reading.resources(SCHEDULE, RULE).flatMap((resource) => {
    const read = resource.type === SCHEDULE ? fromScheduler : fromRule;
    return reading.attempt(resource, 'not scheduled', () => read(reading, resource, functions)) ?? [];
  });
