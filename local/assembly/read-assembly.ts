import { basename, dirname, join, resolve } from 'node:path';
import type { Endpoints, SystemModel } from '../model';
import { readFunctions } from './functions';
import { readHttpApis } from './http-apis';
import { noticeLeftovers } from './leftovers';
import { loadStacks } from './load-stacks';
import { readMappings } from './mappings';
import { Reading } from './reading';
import { readSchedules } from './schedules';
import { readBuckets, readTables } from './tables';
import type { Stack } from './template';
import { readTopics } from './topics';

export interface ReadOptions {
  readonly endpoints: Endpoints;
  /** Environment variables over the template's, by function name, logical id, or `*` for all. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Values the assembly cannot tell: `Stack.LogicalId.Attribute`, `Stack.Parameter`, `ssm:/name` (see Notice.ask). */
  readonly resolve?: Readonly<Record<string, string>>;
  /** Only these stacks, by name or display name; nested ones follow. Absent: all. */
  readonly stacks?: readonly string[];
  /** Where inline code and archives are written out; `<directory>/.orderflow` when absent. */
  readonly codeRoot?: string;
}

const isChosen = (stack: Stack, chosen: readonly string[]): boolean =>
  chosen.includes(stack.name) ||
  chosen.some((name) => stack.displayName === name || stack.displayName.startsWith(`${name}/`)) ||
  (stack.parent !== undefined && isChosen(stack.parent.stack, chosen));

/** What the stacks' names begin with, or the name of the folder that the app stands in. */
const nameOf = (stacks: readonly Stack[], directory: string): string => {
  const [first = [], ...others] = stacks
    .filter(({ parent }) => parent === undefined)
    .map(({ name }) => name.split('-'));
  let length = others.length === 0 ? first.length : 0;
  while (others.length > 0 && length < first.length && others.every((words) => words[length] === first[length]))
    length++;
  return first.slice(0, length).join('-') || basename(dirname(resolve(directory)));
};

/**
 * Reads a synthesised CDK app (`cdk.out`, anyone's) into the system that the runner starts. What cannot be run or known
 * becomes a notice; it never stops the rest.
 *
 * @throws AssemblyError when the folder holds no assembly that can be read.
 */
export const readAssembly = (directory: string, options: ReadOptions): SystemModel => {
  const {
    endpoints,
    env = {},
    resolve: values = {},
    stacks: chosen,
    codeRoot = join(directory, '.orderflow'),
  } = options;
  const all = loadStacks(directory);
  const stacks = chosen === undefined ? all : all.filter((stack) => isChosen(stack, chosen));
  const reading = new Reading(stacks, { endpoints, resolve: values });
  const functions = readFunctions(reading, { env, codeRoot: resolve(codeRoot) });
  const mappings = readMappings(reading, functions);
  const model = {
    name: nameOf(stacks, directory),
    functions,
    mappings,
    topics: readTopics(reading, mappings),
    tables: readTables(reading),
    buckets: readBuckets(reading),
    apis: readHttpApis(reading, functions),
    schedules: readSchedules(reading, functions),
  };
  noticeLeftovers(reading);
  return { ...model, notices: reading.notices };
};
