import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseEngines } from '../../../local/engines/choice';
import type { EngineOptions } from '../../../local/engines/engine-options';
import { prepareState, readKeptEngines, type StateFolder, stateFolder } from '../../../local/state';

let folder: string;
let state: StateFolder;
const { PATH } = process.env;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'choice-'));
  state = stateFolder(join(folder, 'state'));
  prepareState(state);
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true, force: true });
});

const choose = (more: Partial<EngineOptions> = {}) =>
  chooseEngines({
    state,
    kind: 'jvm',
    dynamodbEngine: 'embedded',
    given: {},
    ports: { kafka: 1, dynamodb: 2, s3: 3 },
    needs: { kafka: true, dynamodb: true },
    compile: 'early',
    log: () => {},
    onDownload: () => {},
    ...more,
  });

test('a start is kept by its folder once its engines run, and not before', async () => {
  const { kind, keep } = await choose();
  expect(kind).toBe('jvm');
  expect(readKeptEngines(state)).toBeUndefined();
  keep();
  expect(readKeptEngines(state)).toEqual({ kind: 'jvm', dynamodb: 'embedded' });
  await choose();
});

test('another DynamoDB engine than it began with is refused, with the option that goes on and the one that does not', async () => {
  (await choose({ dynamodbEngine: 'dynamodb-local' })).keep();
  await expect(choose()).rejects.toThrow(
    /began with the dynamodb-local .*--dynamodb-engine dynamodb-local.*orderflow reset/,
  );
  await choose({ dynamodbEngine: 'dynamodb-local' });
  await choose({ given: { dynamodb: 'http://127.0.0.1:1' } });
});

test('so is another kind for Kafka', async () => {
  (await choose()).keep();
  await expect(choose({ kind: 'docker' })).rejects.toThrow(/go on with --engine jvm.*orderflow reset/);
  expect((await choose({ kind: 'auto' })).kind).toBe('jvm');
});

test.each([
  ['tables of DynamoDB Local', 'dynamodb', 'shared-local-instance.db'],
  ['objects of S3Mock', 's3', 'objects'],
])('an earlier version’s %s are refused in one line that says what to do', async (_, engine, file) => {
  mkdirSync(state.file(engine));
  writeFileSync(state.file(engine, file), '');
  writeFileSync(state.file('engine.json'), '{"kind":"jvm"}');
  await expect(choose()).rejects.toThrow(/^The state in \S+ is of an earlier version.*orderflow reset.*--state$/);
});

test('an earlier version’s containers are refused, too', async () => {
  writeFileSync(state.file('engine.json'), '{"kind":"docker"}');
  await expect(choose({ kind: 'auto' })).rejects.toThrow(/earlier version.*orderflow reset/);
});

test('dynoxide is looked for on the PATH before anything begins with it', async () => {
  process.env.PATH = folder;
  await expect(choose({ dynamodbEngine: 'dynoxide' })).rejects.toThrow(/cargo install dynoxide-rs/);
  writeFileSync(join(folder, 'dynoxide'), '');
  chmodSync(join(folder, 'dynoxide'), 0o755);
  await choose({ dynamodbEngine: 'dynoxide' });
});

test('with all addresses given nothing is chosen, and nothing kept', async () => {
  const { kind, keep } = await choose({ given: { kafka: 'localhost:1', dynamodb: 'http://127.0.0.1:1' } });
  expect(kind).toBe('given');
  keep();
  expect(readKeptEngines(state)).toEqual({});
});
