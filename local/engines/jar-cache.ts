import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EngineJars } from './catalogue';
import { copyJars } from './maven';

/** What was there when a folder of jars was complete: name → bytes. Written last, so that half a folder has none. */
type Manifest = Readonly<Record<string, number>>;
const MANIFEST = 'manifest.json';
const PARTIAL = '.partial-';
/** No download takes as long, so whoever began it is gone. */
const ABANDONED_MS = 6 * 60 * 60 * 1000;

/** Outside node_modules, so that one download serves every clone. */
export const cacheRoot = (): string => process.env.ORDERFLOW_CACHE || join(homedir(), '.cache', 'orderflow');

export interface Jars {
  /** Absolute folder that holds them. */
  readonly directory: string;
  /** For `-cp`, in a fixed order, which a class archive depends on. */
  readonly classPath: string;
}

/**
 * The jars of an engine: from the cache when every file is there in its full size, else by Maven.
 *
 * @param onProgress bytes received, of about `engine.bytes`; told during a download only.
 * @throws EngineError `maven_missing`, `maven_failed`
 */
export async function ensureJars(
  engine: EngineJars,
  onProgress: (receivedBytes: number) => void = () => {},
): Promise<Jars> {
  const directory = join(cacheRoot(), 'jars', `${engine.name}-${engine.version}`);
  const manifest = (await complete(directory)) ?? (await fetchJars(engine, directory, onProgress));
  const jars = Object.keys(manifest).filter((name) => name.endsWith('.jar'));
  return { directory, classPath: jars.map((jar) => join(directory, jar)).join(':') };
}

async function fetchJars(engine: EngineJars, directory: string, onProgress: (bytes: number) => void) {
  await mkdir(dirname(directory), { recursive: true });
  await removeAbandoned(dirname(directory));
  const partial = await mkdtemp(`${directory}${PARTIAL}`);
  // An interrupted start ends at once, and would leave what it has copied.
  const remove = () => rmSync(partial, { recursive: true, force: true });
  process.once('exit', remove);
  let received = 0;
  onProgress(0);
  let manifest: Manifest;
  try {
    await copyJars(engine, partial, (bytes) => {
      received += bytes;
      if (bytes > 0) onProgress(received);
    });
    manifest = await sizes(partial);
    await writeFile(join(partial, MANIFEST), JSON.stringify(manifest));
    await put(partial, directory);
  } finally {
    process.off('exit', remove);
    await rm(partial, { recursive: true, force: true });
  }
  onProgress(engine.bytes);
  return manifest;
}

/** What runners left that were killed in a download. Maven keeps what they had fetched elsewhere. */
async function removeAbandoned(directory: string): Promise<void> {
  for (const name of (await readdir(directory)).filter((one) => one.includes(PARTIAL))) {
    const path = join(directory, name);
    const age = Date.now() - (await stat(path).then((found) => found.mtimeMs, Date.now));
    if (age > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}

/**
 * Two runners may fill the cache at once: the first stays, unless what stands there is damaged. Nothing that may be whole is
 * ever removed, since the other runner may be about to use it.
 */
async function put(partial: string, directory: string): Promise<void> {
  const placed = await rename(partial, directory).then(
    () => true,
    () => false,
  );
  if (placed || (await complete(directory)) !== undefined) return;
  const damaged = `${partial}-damaged`;
  await rename(directory, damaged);
  await rename(partial, directory);
  await rm(damaged, { recursive: true, force: true });
}

async function complete(directory: string): Promise<Manifest | undefined> {
  try {
    const manifest = JSON.parse(await readFile(join(directory, MANIFEST), 'utf8')) as Manifest;
    const present = await sizes(directory);
    return Object.entries(manifest).every(([name, bytes]) => present[name] === bytes) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

async function sizes(directory: string): Promise<Manifest> {
  const names = (await readdir(directory)).filter((name) => name !== MANIFEST && name !== 'pom.xml').sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await stat(join(directory, name))).size])),
  );
}
