import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RuntimeClosedError } from '../../../local/runtime/pool';
import { aRuntime } from './execution';

const slow = "exports.handler = (ms) => new Promise((resolve) => setTimeout(resolve, ms, 'done'));";

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('prewarming starts one environment each time, before any invocation', async () => {
  const { runtime, fn, lines, close } = aRuntime({ 'index.js': `console.log('loaded'); ${slow}` });
  await Promise.all([runtime.prewarm(fn('index.handler')), runtime.prewarm(fn('index.handler'))]);
  expect(runtime.environments()).toHaveLength(2);
  await lines.find(/^loaded$/);
  await close();
});

test('prewarming a function that cannot load leaves nothing behind and does not throw', async () => {
  const { runtime, fn, lines, close } = aRuntime({ 'index.js': "throw new Error('at load')" });
  await runtime.prewarm(fn('index.handler'));
  await lines.find(/Init Error.*at load/);
  expect(runtime.environments()).toEqual([]);
  await close();
});

test('at the bound further invocations wait for an environment', async () => {
  const { runtime, fn, close } = aRuntime({ 'index.js': slow }, { maximumEnvironments: 1, patienceMs: 0 });
  const results = await Promise.all([1, 2, 3].map(() => runtime.invoke(fn('index.handler'), '20')));
  expect(results).toEqual(results.map(() => ({ ok: true, payload: '"done"' })));
  expect(runtime.environments()).toHaveLength(1);
  await close();
});

test('an environment killed while idle is replaced', async () => {
  const { runtime, fn, close } = aRuntime({ 'index.js': 'exports.handler = async () => process.pid;' });
  const { payload: pid } = await runtime.invoke(fn('index.handler'), '{}');
  process.kill(Number(pid), 'SIGKILL');
  while (runtime.environments().length > 0) await new Promise(setImmediate);
  const { payload: other } = await runtime.invoke(fn('index.handler'), '{}');
  expect(other).not.toBe(pid);
  await close();
});

test('an invocation that an environment begins late, frozen until then, has the time that is left, as a duration timers take', async () => {
  const code = `exports.pid = async () => process.pid;
    exports.late = async (event, context) => {
      const remaining = context.getRemainingTimeInMillis();
      AbortSignal.timeout(Math.max(0, remaining));
      return remaining;
    };`;
  const { runtime, fn, close } = aRuntime({ 'index.js': code }, { maximumEnvironments: 1 });
  const [one, other] = ['index.pid', 'index.late'].map((handler) => fn(handler, { timeoutSeconds: 60 }));
  await runtime.prewarm(other as never);
  const [environment] = runtime.environments();
  process.kill(environment?.pid ?? -1, 'SIGSTOP');
  const answer = runtime.invoke(other as never, '{}');
  // Another function's environment starts meanwhile, which takes its time.
  await runtime.invoke(one as never, '{}');
  process.kill(environment?.pid ?? -1, 'SIGCONT');
  const { payload } = await answer;
  expect(payload).toMatch(/^\d+$/);
  expect(Number(payload)).toBeLessThan(60_000);
  await close();
});

test.each([-3 * 3_600_000, 30 * 60_000])(
  'a wall clock set by %d ms leaves an invocation the time it has',
  async (step) => {
    const code = `exports.handler = async (event, context) => {
      const before = context.getRemainingTimeInMillis();
      const now = Date.now;
      Date.now = () => now() + event;
      const after = context.getRemainingTimeInMillis();
      return after <= before && after > 0;
    };`;
    const { runtime, fn, close } = aRuntime({ 'index.js': code });
    expect(await runtime.invoke(fn('index.handler'), String(step))).toEqual({ ok: true, payload: 'true' });
    await close();
  },
);

test('closing lets a function clean up', async () => {
  const { runtime, fn, lines, close } = aRuntime(
    {
      'tidy.js':
        "process.on('SIGTERM', () => setTimeout(() => { console.log('tidied'); process.exit(); }, 10)); exports.handler = async () => 1;",
    },
    { graceMs: 50_000 },
  );
  await runtime.invoke(fn('tidy.handler'), '{}');
  await close();
  await lines.find(/^tidied$/);
  await expect(runtime.invoke(fn('tidy.handler'), '{}')).rejects.toThrow(RuntimeClosedError);
});

test('closing kills what does not end', async () => {
  const { runtime, fn, close } = aRuntime(
    { 'stubborn.js': "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); exports.handler = async () => 1;" },
    { graceMs: 50 },
  );
  await runtime.invoke(fn('stubborn.handler'), '{}');
  const pids = runtime.environments().map(({ pid }) => pid);
  await close();
  expect(pids.filter(isAlive)).toEqual([]);
});

test('an environment ends with its runner, even one that was killed with -9', async () => {
  const { directory, close } = aRuntime({
    'index.js': 'setInterval(() => {}, 1000); exports.handler = async () => 1;',
  });
  const runner = join(directory, 'runner.cjs');
  const start = JSON.stringify({ root: directory, handler: 'index.handler', arn: 'arn', sdkFrom: __filename });
  const bootstrap = join(__dirname, '../../../local/runtime/bootstrap.cjs');
  writeFileSync(
    runner,
    `const child = require('node:child_process').fork(${JSON.stringify(bootstrap)}, ['f', ${JSON.stringify(start)}]);
     child.on('message', () => process.send(child.pid));`,
  );
  const parent = fork(runner, { execArgv: [] });
  const [pid] = (await once(parent, 'message')) as [number];
  parent.kill('SIGKILL');
  while (isAlive(pid)) await new Promise(setImmediate);
  await close();
});

test('a project of ES modules does not change how its CommonJS bundle loads', async () => {
  const { runtime, fn, directory, close } = aRuntime({ 'package.json': '{"type":"module"}' });
  const code = join(directory, 'asset');
  require('node:fs').mkdirSync(code);
  writeFileSync(join(code, 'index.js'), "exports.handler = async () => 'commonjs';");
  expect(await runtime.invoke(fn('index.handler', { codeDirectory: code }), '{}')).toEqual({
    ok: true,
    payload: '"commonjs"',
  });
  await close();
});
