import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An event of test/events, by its file's name without `.json`. */
export function loadEvent<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, 'events', `${name}.json`), 'utf8')) as T;
}
