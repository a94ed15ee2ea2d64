import { CommandError } from './output/failure';

/** `NAME=value` or `FUNCTION.NAME=value`, each; without a function it is for all, which `*` stands for. */
export function readVariables(assignments: readonly string[]): Record<string, Record<string, string>> {
  const variables: Record<string, Record<string, string>> = {};
  for (const [key, value] of assignments.map((assignment) => split('--env', assignment))) {
    const dot = key.lastIndexOf('.');
    const [fn, name] = dot < 0 ? ['*', key] : [key.slice(0, dot), key.slice(dot + 1)];
    variables[fn] = { ...variables[fn], [name]: value };
  }
  return variables;
}

/** `KEY=value`, each. */
export const readValues = (assignments: readonly string[]): Record<string, string> =>
  Object.fromEntries(assignments.map((assignment) => split('--set', assignment)));

function split(option: string, assignment: string): readonly [string, string] {
  const at = assignment.indexOf('=');
  if (at > 0) return [assignment.slice(0, at), assignment.slice(at + 1)];
  throw new CommandError(`${option} ${assignment} has no value: write ${option} NAME=value`);
}

/** @throws CommandError unless the text is a whole number in the range. */
export function readNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new CommandError(`${option} ${text} is not a whole number from ${least} to ${most}`);
}
