import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastWords, startGuarded } from '../../../local/engines/jvm-process';
import { identify, lives, type ProcessIdentity, waitForEnd } from '../../../local/process-identity';

jest.setTimeout(60_000);

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jvm-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** The supervisor does not care that this is no Java. */
const start = (...command: string[]) =>
  startGuarded({
    command: command[0] ?? '',
    arguments: command.slice(1),
    logFile: join(root, 'log'),
    pidFile: join(root, 'pid.json'),
  });

test('stopping ends the process, and only then is it told as ended', async () => {
  const engine = await start('sleep', '600');
  const identity = identify(engine.pid);
  expect(identity && lives(identity)).toBe(true);
  await engine.stop();
  expect(identify(engine.pid)).toBeUndefined();
  expect(await engine.exited).toBe(143);
});

test('the pid file tells the process while it lives, and goes with it', async () => {
  const engine = await start('sleep', '600');
  expect(JSON.parse(readFileSync(join(root, 'pid.json'), 'utf8'))).toEqual(identify(engine.pid));
  await engine.stop();
  expect(existsSync(join(root, 'pid.json'))).toBe(false);
});

test('an end that nobody asked for is told with its code', async () => {
  const engine = await start('sh', '-c', 'echo it broke; exit 3');
  expect(await engine.exited).toBe(3);
  expect(await engine.lastWords()).toBe('it broke');
});

test('a kill is told as its signal', async () => {
  const engine = await start('sleep', '600');
  engine.kill();
  expect(await engine.exited).toBe(137);
});

test('the process ends when its runner is killed', async () => {
  const program = `
    require('tsx/cjs/api').register();
    const { startGuarded } = require('./local/engines/jvm-process.ts');
    startGuarded({ command: 'sleep', arguments: ['600'], logFile: '${root}/log', pidFile: '${root}/pid.json' })
      .then(() => console.log('started'));`;
  const runner = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await new Promise((resolve) => runner.stdout.once('data', resolve));
    const engine = JSON.parse(readFileSync(join(root, 'pid.json'), 'utf8')) as ProcessIdentity;
    expect(lives(engine)).toBe(true);
    runner.kill('SIGKILL');
    expect(await waitForEnd(engine, 30_000)).toBe(true);
  } finally {
    runner.kill('SIGKILL');
  }
});

test('the last words are the last error, not the frames below it', () => {
  expect(lastWords('start\nException: port taken\n\tat a.b(C.java:1)\n\t... 3 more\n')).toBe('Exception: port taken');
  expect(lastWords('one\ntwo\n')).toBe('two');
  expect(lastWords('')).toBe('it wrote nothing');
});
