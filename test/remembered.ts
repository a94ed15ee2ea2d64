import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quick } from './runs';

const root = join(__dirname, '..');
const memory = join(root, 'node_modules/.cache/orderflow/remembered');

/**
 * For what is slow to make and follows from files alone: `npm run check` makes it again only when one of them has changed since,
 * as a compiler would. `npm test` and CI always make it.
 *
 * @param name of a file
 * @param files files and folders below the project's root, all of which the answer depends on
 * @param make gives JSON
 */
export function remembered<T>(name: string, files: readonly string[], make: () => T): T {
  const digest = digestOf(files);
  const file = join(memory, name);
  const last = quick ? lastOf<T>(file) : undefined;
  if (last?.digest === digest) return last.value;
  const value = make();
  mkdirSync(memory, { recursive: true });
  writeFileSync(file, JSON.stringify({ digest, value }));
  return value;
}

/** Asks whether something holds, or remembers that it did. */
export function seenToHold(name: string, files: readonly string[], holds: () => void): void {
  remembered(name, files, () => {
    holds();
    return true;
  });
}

function lastOf<T>(file: string): { readonly digest: string; readonly value: T } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256').update(process.version);
  const add = (path: string) => {
    const absolute = join(root, path);
    if (statSync(absolute).isDirectory()) {
      for (const name of readdirSync(absolute).sort()) add(join(path, name));
      return;
    }
    const content = readFileSync(absolute);
    hash.update(`${path}\0${content.length}\0`).update(content);
  };
  for (const path of files) add(path);
  return hash.digest('hex');
}
