import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InvocationResult } from '../../../local/runtime/invoker';
import { aRuntime } from './execution';

const code = `
  let invocations = 0;
  exports.count = async () => ++invocations;
  exports.echo = async (event, context) => ({
    event,
    remaining: context.getRemainingTimeInMillis(),
    context: JSON.parse(JSON.stringify(context)),
  });
  exports.environment = async () => process.env;
  exports.callback = (event, context, callback) => setTimeout(() => callback(null, 'called'), 5);
  exports.callbackError = (event, context, callback) => callback(new RangeError('called'));
  exports.early = (event, context, callback) => {
    context.callbackWaitsForEmptyEventLoop = false;
    setInterval(() => {}, 1000);
    callback(null, 'early');
  };
  exports.silent = () => {};
  exports.throws = async () => { throw new TypeError('bad'); };
  exports.throwsText = () => { throw 'text'; };
  exports.exits = async () => process.exit(3);
  exports.exitsQuietly = async () => process.exit(0);
  exports.killed = async () => process.kill(process.pid, 'SIGKILL');
  exports.hangs = () => new Promise(() => {});
  exports.large = async () => 'x'.repeat(6_291_556);
  exports.circular = async () => { const a = {}; a.a = a; return a; };
  exports.rejects = () => { Promise.reject(new Error('forgotten')); return new Promise(() => {}); };
  exports.bursts = async () => { const all = []; for (;;) all.push(new Array(100_000).fill(1.5)); };
  exports.speaks = async () => { process.stdout.write('a line\\nand '); process.stdout.write('ünother\\n'); console.error('an error'); };
  exports.notAFunction = 5;
  exports.nested = { handler: async () => 'nested' };
  exports.meets = async ({ place, others }) => {
    const { readdirSync, writeFileSync } = require('node:fs');
    writeFileSync(place + '/' + process.pid, '');
    while (readdirSync(place).length < others) await new Promise((resolve) => setTimeout(resolve, 5));
    return process.pid;
  };
`;
const files = {
  'index.js': code,
  'layered.js': "exports.handler = async () => require('shared');",
  'module.mjs': "await 1; export const handler = async () => 'module';",
  'syntax.js': 'const a = ;',
  'missing.js': "require('no-such-package');",
  'throwing.js': "throw new Error('at load');",
  'sdk.js':
    "const { DynamoDBClient } = require('@aws-sdk/client-dynamodb'); exports.handler = async () => typeof DynamoDBClient;",
  'sdk-module.mjs':
    "import { DynamoDBClient } from '@aws-sdk/client-dynamodb'; export const handler = async () => typeof DynamoDBClient;",
};
const running = aRuntime(files, { environmentVariables: () => ({ INJECTED: 'yes', OVER: 'runner' }) });
const { runtime, fn, lines, directory } = running;
afterAll(running.close);

const invoke = (handler: string, event: unknown = {}, over = {}) =>
  runtime.invoke(fn(handler, over), JSON.stringify(event));
const errorOf = (result: InvocationResult) =>
  result.ok ? undefined : { kind: result.kind, ...JSON.parse(result.payload) };

test('the handler gets the event and a context, and its answer comes back as JSON', async () => {
  const result = await invoke('index.echo', { a: [1, 'ü'] }, { timeoutSeconds: 7, memoryMb: 256 });
  const { event, context, remaining } = JSON.parse(result.payload);
  expect(event).toEqual({ a: [1, 'ü'] });
  expect(remaining).toBeLessThanOrEqual(7_000);
  expect(context).toMatchObject({
    functionName: 'index.echo',
    memoryLimitInMB: '256',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:1:function:index.echo',
    logGroupName: '/aws/lambda/index.echo',
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    callbackWaitsForEmptyEventLoop: true,
  });
});

test('an environment is used again, and keeps what the module holds', async () => {
  expect((await invoke('index.count')).payload).toBe('1');
  expect((await invoke('index.count')).payload).toBe('2');
});

test("variables are Lambda's, the template's and the runner's, and nothing of this machine's", async () => {
  process.env.SECRET_OF_THE_LAPTOP = 'x';
  const result = await invoke('index.environment', {}, { environment: { TABLE: 'orders', OVER: 'template' } });
  const environment = JSON.parse(result.payload);
  expect(environment).toMatchObject({
    AWS_REGION: 'eu-west-1',
    AWS_LAMBDA_FUNCTION_NAME: 'index.environment',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
    _HANDLER: 'index.environment',
    TZ: ':UTC',
    TABLE: 'orders',
    INJECTED: 'yes',
    OVER: 'runner',
  });
  expect(environment).not.toHaveProperty('SECRET_OF_THE_LAPTOP');
  expect(environment).not.toHaveProperty('HOME');
});

test.each([
  ['index.callback', '"called"'],
  ['index.early', '"early"'],
  ['index.silent', 'null'],
  ['index.nested.handler', '"nested"'],
  ['module.handler', '"module"'],
  ['sdk.handler', '"function"'],
  ['sdk-module.handler', '"function"'],
])('%s answers %s', async (handler, payload) => {
  expect(await invoke(handler)).toEqual({ ok: true, payload });
});

test.each([
  ['index.throws', 'unhandled', 'TypeError', 'bad'],
  ['index.throwsText', 'unhandled', 'string', 'text'],
  ['index.callbackError', 'unhandled', 'RangeError', 'called'],
  ['index.circular', 'unhandled', 'Runtime.MarshalError', 'Unable to stringify response body'],
  ['index.large', 'unhandled', 'Function.ResponseSizeTooLarge', expect.stringContaining('6291556 bytes')],
  ['index.rejects', 'exit', 'Runtime.UnhandledPromiseRejection', 'Error: forgotten'],
  [
    'index.exits',
    'exit',
    'Runtime.ExitError',
    expect.stringMatching(/^RequestId: .* Runtime exited with error: exit status 3$/),
  ],
  [
    'index.exitsQuietly',
    'exit',
    'Runtime.ExitError',
    expect.stringMatching(/Runtime exited without providing a reason$/),
  ],
  ['index.killed', 'exit', 'Runtime.ExitError', expect.stringMatching(/signal: killed$/)],
  ['index.bursts', 'exit', 'Runtime.ExitError', expect.stringMatching(/signal: aborted$/)],
  ['index.none', 'unhandled', 'Runtime.HandlerNotFound', 'index.none is undefined or not exported'],
  ['index.notAFunction', 'unhandled', 'Runtime.HandlerNotFound', 'index.notAFunction is not a function'],
  ['absent.handler', 'unhandled', 'Runtime.ImportModuleError', expect.stringMatching(/^Error: Cannot find module/)],
  ['missing.handler', 'unhandled', 'Runtime.ImportModuleError', expect.stringMatching(/'no-such-package'/)],
  ['syntax.handler', 'unhandled', 'Runtime.UserCodeSyntaxError', "SyntaxError: Unexpected token ';'"],
  ['throwing.handler', 'unhandled', 'Error', 'at load'],
])('%s fails as %s of type %s', async (handler, kind, errorType, errorMessage) => {
  expect(errorOf(await invoke(handler))).toMatchObject({ kind, errorType, errorMessage });
  // And again, from a fresh environment where the first one is gone.
  expect(errorOf(await invoke(handler))).toMatchObject({ kind, errorType });
});

test("past its timeout a function is killed, with Lambda's message", async () => {
  expect(errorOf(await invoke('index.hangs', {}, { timeoutSeconds: 0.2 }))).toEqual({
    kind: 'timeout',
    errorMessage: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f-]{36} Task timed out after 0.20 seconds$/),
  });
});

test('what a function writes comes line by line', async () => {
  await invoke('index.speaks');
  await Promise.all([/^a line$/, /^and ünother$/, /^an error$/].map((pattern) => lines.find(pattern)));
});

test('invocations at the same time run in environments of their own, never two in one', async () => {
  const place = join(directory, 'meeting');
  mkdirSync(place);
  // None ends before all have begun, so that however long one takes to start, it is not the next one's turn.
  const results = await Promise.all([1, 2, 3].map(() => invoke('index.meets', { place, others: 3 })));
  expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(new Set(results.map(({ payload }) => payload)).size).toBe(3);
});

test('require finds what layers bring: in the last one first, and what is for this Node before what is for any', async () => {
  const layer = (name: string, path: string) => {
    const folder = join(directory, name);
    mkdirSync(join(folder, 'nodejs', path, 'shared'), { recursive: true });
    writeFileSync(join(folder, 'nodejs', path, 'shared', 'index.js'), `module.exports = '${name} ${path}';`);
    return folder;
  };
  const first = layer('first', 'node_modules');
  const last = layer('last', 'node_modules');
  const found = async (layers: string[], name: string) =>
    JSON.parse(
      (
        await invoke(
          'layered.handler',
          {},
          { layers, runtime: 'nodejs22.x', arn: `arn:aws:lambda:eu-west-1:1:function:${name}` },
        )
      ).payload,
    );
  expect(await found([first, last], 'two')).toBe('last node_modules');
  expect(await found([layer('special', 'node22/node_modules'), last], 'special')).toBe('special node22/node_modules');
});
