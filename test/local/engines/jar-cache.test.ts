import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineJars } from '../../../local/engines/catalogue';
import { ensureJars } from '../../../local/engines/jar-cache';

const engine: EngineJars = { name: 'e', version: '1', artifacts: ['g:a:1'], bytes: 2_000_000, archivable: false };
let root: string;

/** An `mvn` that does as it is told, and counts its calls. */
async function aMaven(script: string): Promise<void> {
  const body = `#!/bin/sh\necho call >>"${root}/calls"\nfor a in "$@"; do case $a in -DoutputDirectory=*) out=\${a#*=};; esac; done\n${script}\n`;
  await writeFile(join(root, 'mvn'), body);
  await chmod(join(root, 'mvn'), 0o755);
}
const calls = async () => (await readFile(join(root, 'calls'), 'utf8').catch(() => '')).split('\n').length - 1;
const COPY = `echo "Downloaded from central: https://r/a.jar (1.5 MB at 1 MB/s)"; printf abc >"$out/b.jar"; printf xy >"$out/a.jar"; printf n >"$out/n.so"`;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jars-'));
  process.env.ORDERFLOW_MAVEN = join(root, 'mvn');
  process.env.ORDERFLOW_CACHE = join(root, 'cache');
});
afterEach(async () => {
  delete process.env.ORDERFLOW_MAVEN;
  delete process.env.ORDERFLOW_CACHE;
  await rm(root, { recursive: true, force: true });
});

test('fetches once, and then finds all in the cache', async () => {
  await aMaven(COPY);
  const first = await ensureJars(engine);
  expect(await ensureJars(engine)).toEqual(first);
  expect(await calls()).toBe(1);
});

test('the class path has the jars only, in a fixed order', async () => {
  await aMaven(COPY);
  const { classPath, directory } = await ensureJars(engine);
  expect(classPath).toBe(`${join(directory, 'a.jar')}:${join(directory, 'b.jar')}`);
});

test('a jar that is cut short is never used: all is fetched again', async () => {
  await aMaven(COPY);
  const { directory } = await ensureJars(engine);
  await writeFile(join(directory, 'b.jar'), 'a');
  await ensureJars(engine);
  expect(await calls()).toBe(2);
  expect(await readFile(join(directory, 'b.jar'), 'utf8')).toBe('abc');
});

test('a fetch that fails leaves nothing that looks complete, and says why', async () => {
  await aMaven(
    `printf ab >"$out/b.jar"; echo "[ERROR] Could not transfer artifact g:a:jar:1: Connection refused"; exit 1`,
  );
  await expect(ensureJars(engine)).rejects.toThrow(/could not fetch e 1 \(Could not transfer .*refused\).*start again/);
  expect(await readdir(join(root, 'cache', 'jars'))).toEqual([]);
});

test('two runners that fill the cache at once both get it', async () => {
  await aMaven(COPY);
  const [one, other] = await Promise.all([
    ensureJars(engine),
    ensureJars({ ...engine, artifacts: ['g:a:1', 'g:a:1'] }),
  ]);
  expect(other).toEqual(one);
});

test('what a killed download left is removed, one that may go on is not', async () => {
  const jars = join(root, 'cache', 'jars');
  for (const name of ['e-1.partial-old', 'e-1.partial-new']) await mkdir(join(jars, name), { recursive: true });
  await utimes(join(jars, 'e-1.partial-old'), 0, 0);
  await aMaven(COPY);
  await ensureJars(engine);
  expect((await readdir(jars)).sort()).toEqual(['e-1', 'e-1.partial-new']);
});

test('tells how much has come', async () => {
  await aMaven(COPY);
  const told: number[] = [];
  await ensureJars(engine, (bytes) => told.push(bytes));
  expect(told).toEqual([0, 1_500_000, 2_000_000]);
});

test('counts once what Maven tells in pieces', async () => {
  await aMaven(`printf 'Downloaded from central: https://r/a.jar (1.5 MB at 1'; sleep 0.3; echo ' MB/s)'; ${COPY}`);
  const told: number[] = [];
  await ensureJars(engine, (bytes) => told.push(bytes));
  expect(told).toEqual([0, 1_500_000, 3_000_000, 2_000_000]);
});

test('without Maven it says what to install', async () => {
  process.env.ORDERFLOW_MAVEN = join(root, 'nothing');
  await expect(ensureJars(engine)).rejects.toMatchObject({ code: 'maven_missing' });
});
