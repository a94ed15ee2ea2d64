import { createHash } from 'node:crypto';
import type { ConsumedRecord } from '../kafka/record';
import { runBounded } from '../kafka/run-bounded';
import type { ObjectStore } from '../objects/object-store';
import { readArchiveObject } from './archive-object';
import { toLine } from './line';
import { type ArchivedRange, type OffsetRange, objectName } from './object-name';

const OBJECTS_AT_ONCE = 8;

/** @returns what is wrong with objects of one partition, in words, after reading each of them. */
export async function contentFaults(store: ObjectStore, ranges: readonly ArchivedRange[]): Promise<string[]> {
  const faults: string[] = [];
  const objects = ranges.filter(({ gap }) => !gap);
  const contradiction = createComparison(overlaps(objects));
  await runBounded(objects, OBJECTS_AT_ONCE, async (range) => {
    const name = objectName(range);
    const records = readRecords(await store.get(name));
    const fault = typeof records === 'string' ? records : (nameFault(range, records) ?? contradiction(name, records));
    if (fault) faults.push(`${name} ${fault}`);
  });
  return faults.sort();
}

/** @returns how an object differs from what its name says, in words; undefined when it does not. */
export function contentFault(range: ArchivedRange, body: Buffer | undefined): string | undefined {
  const records = readRecords(body);
  return typeof records === 'string' ? records : nameFault(range, records);
}

function readRecords(body: Buffer | undefined): ConsumedRecord[] | string {
  if (!body) return 'is gone';
  try {
    return readArchiveObject(body);
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
}

function nameFault(range: ArchivedRange, records: readonly ConsumedRecord[]): string | undefined {
  const count = range.last - range.first + 1;
  if (records.length !== count) return `holds ${records.length} records instead of ${count}`;
  const stray = records.find(
    ({ topic, partition, offset }, index) =>
      topic !== range.topic || partition !== range.partition || offset !== range.first + index,
  );
  return stray && `holds ${stray.topic}-${stray.partition}@${stray.offset} out of place`;
}

/** Offsets that more than one object names. */
function overlaps(ranges: readonly ArchivedRange[]): OffsetRange[] {
  const shared: OffsetRange[] = [];
  let next = 0;
  for (const { first, last } of [...ranges].sort((one, other) => one.first - other.first)) {
    if (first < next) shared.push({ first, last: Math.min(last, next - 1) });
    next = Math.max(next, last + 1);
  }
  return shared;
}

/** Compares the objects that share offsets: a repeat with other cuts holds the same records, a topic made anew does not. */
function createComparison(shared: readonly OffsetRange[]) {
  const seen = new Map<number, { readonly name: string; readonly digest: string }>();
  return (name: string, records: readonly ConsumedRecord[]): string | undefined => {
    const [from, to] = [records[0]?.offset ?? 0, records.at(-1)?.offset ?? 0];
    const own = shared.filter(({ first, last }) => first <= to && from <= last);
    for (const record of records) {
      if (!own.some(({ first, last }) => first <= record.offset && record.offset <= last)) continue;
      const digest = createHash('sha256').update(toLine(record)).digest('base64');
      const other = seen.get(record.offset);
      if (other && other.digest !== digest) return `holds another record at ${record.offset} than ${other.name}`;
      seen.set(record.offset, { name, digest });
    }
    return undefined;
  };
}
