import { gunzipSync, gzipSync } from 'node:zlib';
import type { ConsumedRecord } from '../kafka/record';
import type { NewObject } from '../objects/object-store';
import { fromLine, toLine } from './line';
import { objectName } from './object-name';

/**
 * Cuts records of one partition, in offset order, into runs without a hole. What came back for another try may have holes
 * where its neighbours are archived already, and a name must not claim what its object does not hold.
 */
export function contiguousRuns(records: readonly ConsumedRecord[]): ConsumedRecord[][] {
  const runs: ConsumedRecord[][] = [];
  let next: number | undefined;
  for (const record of records) {
    if (record.offset === next) runs.at(-1)?.push(record);
    else runs.push([record]);
    next = record.offset + 1;
  }
  return runs;
}

/** The object of a run: gzip of JSON lines, named by what it holds. */
export function archiveObject(run: readonly ConsumedRecord[]): NewObject {
  const [first, last] = [run[0], run.at(-1)];
  if (!first || !last) throw new RangeError('A run has at least one record');
  return {
    key: objectName({ topic: first.topic, partition: first.partition, first: first.offset, last: last.offset }),
    body: gzipSync(run.map((record) => `${toLine(record)}\n`).join('')),
    type: 'application/x-ndjson',
    encoding: 'gzip',
  };
}

/** An object holds a batch, and so some six megabytes of records; every byte may have become an escape of six. */
const MOST_UNPACKED_BYTES = 64 * 1024 * 1024;

/** The records of an object of the archive. @throws Error when it is none, or unpacks to more than an object holds */
export function readArchiveObject(body: Buffer): ConsumedRecord[] {
  const text = gunzipSync(body, { maxOutputLength: MOST_UNPACKED_BYTES }).toString('utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [fromLine(line)]));
}

/** Whether two objects of the archive hold the same records, however they were compressed. One that cannot be read holds none. */
export function holdsSameRecords(one: Buffer, other: Buffer): boolean {
  try {
    const [lines, others] = [one, other].map((body) => readArchiveObject(body).map(toLine).join('\n'));
    return lines === others;
  } catch {
    return false;
  }
}
