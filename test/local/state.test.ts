import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, lives, signal, waitForEnd } from '../../local/process-identity';
import {
  findRunner,
  isState,
  lockState,
  prepareState,
  readSystem,
  stateFolder,
  topicIdsOf,
  writeSystem,
} from '../../local/state';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'state-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

function aState() {
  const state = stateFolder(join(root, '.orderflow'));
  prepareState(state);
  return state;
}
const endpoints = { kafka: 'localhost:1', dynamodb: 'http://127.0.0.1:2', api: 'http://localhost:3' };

test('one runner at a time; the second is told who runs and what to do', () => {
  const state = aState();
  const release = lockState(state);
  expect(() => lockState(state)).toThrow(new RegExp(`process ${process.pid}.*orderflow down`));
  release();
  lockState(state)();
});

test('a runner that was killed holds nothing', () => {
  const state = aState();
  writeFileSync(state.file('run', 'runner.json'), JSON.stringify({ pid: process.pid, started: 'another time' }));
  expect(findRunner(state)).toBeUndefined();
  lockState(state)();
});

test('a system is found while its runner lives, and not after', () => {
  const state = aState();
  const release = lockState(state);
  writeSystem(state, { app: '/app', endpoints, env: {}, resolve: {} });
  expect(readSystem(state)).toMatchObject({ app: '/app', endpoints });
  release();
  expect(readSystem(state)).toBeUndefined();
});

test('a folder that orderflow did not make is no state', () => {
  expect(isState(stateFolder(root))).toBe(false);
  expect(isState(aState())).toBe(true);
});

test("a folder with somebody else's files is refused, and stays as it was", () => {
  for (const name of ['thesis.txt', '.gitignore']) {
    const state = stateFolder(join(root, `of-others-${name}`));
    mkdirSync(state.root);
    writeFileSync(state.file(name), 'mine');
    expect(() => prepareState(state)).toThrow(/files that are not orderflow's.*--state/);
    expect(readdirSync(state.root)).toEqual([name]);
  }
});

test.each([
  ['below a file', () => join(root, 'file', 'state')],
  ['that is a file', () => join(root, 'file')],
  ['below /proc, where Node’s recursive mkdir never ends', () => '/proc/orderflow/state'],
])('a folder %s is refused in one line that says what to give', (_, folder) => {
  writeFileSync(join(root, 'file'), '');
  expect(() => prepareState(stateFolder(folder()))).toThrow(/^Cannot write to .* \([A-Z]+\): .*--state$/);
});

test('an empty folder, and one of an earlier run, are taken', () => {
  prepareState(stateFolder(root));
  prepareState(stateFolder(root));
  expect(isState(stateFolder(root))).toBe(true);
});

test('the folder keeps itself out of repositories', () => {
  expect(existsSync(aState().file('.gitignore'))).toBe(true);
});

test('a process is known from a later one with its id, and only the same one is signalled', async () => {
  const child = spawn('sleep', ['600']);
  const identity = identify(child.pid ?? 0);
  if (identity === undefined) throw new Error('sleep did not start');
  expect(lives(identity)).toBe(true);
  expect(signal({ ...identity, started: 'another time' }, 'SIGKILL')).toBe(false);
  expect(lives(identity)).toBe(true);
  expect(signal(identity, 'SIGKILL')).toBe(true);
  expect(await waitForEnd(identity, 10_000)).toBe(true);
});

test('a process that never was does not live', () => {
  expect(identify(2 ** 30)).toBeUndefined();
});

test('nobody else reads the state: values of --env are in it', () => {
  const state = aState();
  chmodSync(state.root, 0o755);
  prepareState(state);
  const release = lockState(state);
  writeSystem(state, { app: '/app', endpoints, env: { '*': { TOKEN: 'secret' } }, resolve: {} });
  for (const file of ['.', '.gitignore', 'run', 'logs', 'run/runner.json', 'run/system.json']) {
    expect([file, statSync(state.file(file)).mode & 0o077]).toEqual([file, 0]);
  }
  release();
});

test('which topic a group has read is remembered, by broker, beyond the process', () => {
  const state = aState();
  const own = topicIdsOf(state, 'own');
  own.set('risk', 'a');
  own.set('risk', 'b');
  own.set('audit', 'c');
  const [again, other] = [topicIdsOf(state, 'own'), topicIdsOf(state, 'elsewhere:9092')];
  expect([again.get('risk'), again.get('audit'), other.get('risk')]).toEqual(['b', 'c', undefined]);
});
