import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { consumers, endpoints, jobs } from '../../lib/topology';
import { pipelineTemplate, statementsOf } from './templates';

const root = join(__dirname, '../..');
const names = [...Object.keys(endpoints), ...Object.keys(jobs), ...Object.keys(consumers)];
const pipeline = pipelineTemplate();

/** What a bundle asks of DynamoDB, as IAM calls it. */
const CALLS: readonly (readonly [RegExp, (call: string) => string])[] = [
  [
    /new (?:\w+\.)?((?:Get|Put|Update|Delete|BatchGet|BatchWrite|ConditionCheck)Item|Query|Scan)Command\(/g,
    (call) => call,
  ],
  [/DynamoDB_20120810\.(\w+)/g, (call) => call],
  [/`(INSERT|UPDATE|SELECT|DELETE) /g, (call) => `PartiQL${call.charAt(0)}${call.slice(1).toLowerCase()}`],
];

/** The project's own code that esbuild leaves in a function's bundle, as text. */
function codeOf(name: string): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [`lambdas/${name}/handler.ts`],
    write: false,
    bundle: true,
    platform: 'node',
    packages: 'external',
  });
  return outputFiles.map(({ text }) => text).join();
}

function callsOf(name: string): Set<string> {
  const code = codeOf(name);
  return new Set(
    CALLS.flatMap(([pattern, action]) =>
      [...code.matchAll(pattern)].map(([, call = '']) => `dynamodb:${action(call)}`),
    ),
  );
}

const grantsOf = (name: string) =>
  new Set(
    statementsOf(pipeline, name)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => Action)
      .filter((action) => action.startsWith('dynamodb:')),
  );

describe('what a function may do with tables', () => {
  const calls = new Map(names.map((name) => [name, callsOf(name)]));

  // Those that only read share their stores' code with those that write.
  it.each(names.filter((name) => name !== 'query'))('%s may do all that its code does', (name) => {
    const grants = grantsOf(name);
    expect([...(calls.get(name) ?? [])].filter((action) => !grants.has(action))).toEqual([]);
  });

  it('is nothing that no function does', () => {
    const done = new Set([...calls.values()].flatMap((actions) => [...actions]));
    const granted = new Set(names.flatMap((name) => [...grantsOf(name)]));
    expect([...granted].sort()).toEqual([...done].sort());
  });
});

describe('what a function is told', () => {
  it.each(names)('%s reads every variable of its list', (name) => {
    const module = require(join(root, 'lambdas', name, 'environment')) as Record<string, readonly string[]>;
    const listed = Object.values(module).flat();
    const handler = readFileSync(join(root, 'lambdas', name, 'handler.ts'), 'utf8');
    const isRead = (variable: string) =>
      variable.startsWith('KAFKA_') ? handler.includes('kafkaClientOptions(env') : handler.includes(`env.${variable}`);
    expect(listed.filter((variable) => !isRead(variable))).toEqual([]);
  });
});
