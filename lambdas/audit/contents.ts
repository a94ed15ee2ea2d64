import { runBounded } from '../kafka/run-bounded';
import type { ObjectStore } from '../objects/object-store';
import { readArchiveObject } from './archive-object';
import { type ArchivedRange, objectName } from './object-name';

const OBJECTS_AT_ONCE = 8;

/** @returns what is wrong with objects of the archive, in words, after reading each of them. */
export async function contentFaults(store: ObjectStore, ranges: readonly ArchivedRange[]): Promise<string[]> {
  const faults: string[] = [];
  const objects = ranges.filter(({ gap }) => !gap);
  await runBounded(objects, OBJECTS_AT_ONCE, async (range) => {
    const fault = contentFault(range, await store.get(objectName(range)));
    if (fault) faults.push(`${objectName(range)} ${fault}`);
  });
  return faults.sort();
}

/** @returns how an object differs from what its name says, in words; undefined when it does not. */
export function contentFault(range: ArchivedRange, body: Buffer | undefined): string | undefined {
  if (!body) return 'is gone';
  let records: ReturnType<typeof readArchiveObject>;
  try {
    records = readArchiveObject(body);
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
  const count = range.last - range.first + 1;
  if (records.length !== count) return `holds ${records.length} records instead of ${count}`;
  const stray = records.find(
    ({ topic, partition, offset }, index) =>
      topic !== range.topic || partition !== range.partition || offset !== range.first + index,
  );
  return stray && `holds ${stray.topic}-${stray.partition}@${stray.offset} out of place`;
}
