import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quick } from './runs';

const root = join(__dirname, '..');
const memory = join(root, 'node_modules/.cache/orderflow/seen-to-hold');

/**
 * For what is slow to ask and follows from files alone: `npm run check` asks again only when one of them has changed since it
 * held, as a compiler would. `npm test` and CI always ask.
 *
 * @param files files and folders below the project's root, all of which the answer depends on
 */
export function seenToHold(name: string, files: readonly string[], holds: () => void): void {
  const digest = digestOf(files);
  const file = join(memory, name);
  if (quick && lastOf(file) === digest) return;
  holds();
  mkdirSync(memory, { recursive: true });
  writeFileSync(file, digest);
}

function lastOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
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
