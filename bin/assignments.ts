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

/** A place in a topic, as `orders-0@17`. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** @throws CommandError unless each is `TOPIC-PARTITION@OFFSET` */
export const readPlaces = (places: readonly string[]): Place[] =>
  places.map((place) => {
    const [, topic, partition, offset] = /^(.+)-(\d{1,6})@(\d{1,15})$/.exec(place) ?? [];
    if (topic !== undefined) return { topic, partition: Number(partition), offset: Number(offset) };
    throw new CommandError(`--skip ${place} is no place in a topic: write --skip orders-0@17`);
  });

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
