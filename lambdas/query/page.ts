import { MAX_PAGE_BYTES } from '../api/limits';
import { fail } from '../api/problem';
import { CURSOR_RULE } from './parameters';

export interface Slice<T> {
  readonly entries: readonly T[];
  /** Where the next page begins; absent on the last. */
  readonly next?: string;
}

/**
 * A page of what may grow without end and has an order of its own: at most so many entries, and no more bytes of JSON than
 * an answer may have, but one entry at least. The cursor names the last entry of the page before, and not its place, so that
 * what has come since repeats nothing.
 *
 * @param nameOf need not be unique: of entries with one name each is counted
 * @throws ProblemError 400 when the cursor names no entry
 */
export function sliceAfter<T>(
  entries: readonly T[],
  { limit, after, nameOf }: { limit: number; after: string | undefined; nameOf: (entry: T) => string },
): Slice<T> {
  const start = after === undefined ? 0 : placeOf(entries, after, nameOf) + 1;
  let bytes = 0;
  let end = start;
  for (; end < Math.min(entries.length, start + limit); end++) {
    bytes += Buffer.byteLength(JSON.stringify(entries[end]));
    if (bytes > MAX_PAGE_BYTES && end > start) break;
  }
  const shown = entries.slice(start, end);
  return { entries: shown, ...(end < entries.length && { next: cursorOf(entries.slice(0, end), nameOf) }) };
}

/** The last entry's name, with how many before it have the same. */
function cursorOf<T>(entries: readonly T[], nameOf: (entry: T) => string): string {
  const name = nameOf(entries.at(-1) as T);
  return `${entries.filter((entry) => nameOf(entry) === name).length} ${name}`;
}

function placeOf<T>(entries: readonly T[], cursor: string, nameOf: (entry: T) => string): number {
  const [, count = '', name] = /^([1-9]\d{0,8}) (.+)$/s.exec(cursor) ?? [];
  let left = Number(count);
  const place = entries.findIndex((entry) => nameOf(entry) === name && --left === 0);
  return place < 0 ? fail('invalid_parameter', CURSOR_RULE) : place;
}
