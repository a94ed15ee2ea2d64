import { runBounded } from '../kafka/run-bounded';
import type { ObjectStore } from '../objects/object-store';
import { readArchiveObject } from './archive-object';
import { type Coverage, coverageOf, type PartitionEnds } from './coverage';
import { type ArchivedRange, type OffsetRange, objectName, parseObjectName } from './object-name';

/** What verifying asks of Kafka. */
export interface PartitionLog {
  /** The partitions of a topic, with their ends at this moment. */
  ends(topic: string): Promise<readonly PartitionEnds[]>;
  /**
   * Offset of the first record at or after this one that a consumer of the topic is given; undefined when there is none
   * before the end. What it steps over holds no record: a transaction's marker, or what one took back.
   */
  nextRecord(topic: string, partition: number, offset: number): Promise<number | undefined>;
}

export interface VerifyOptions {
  readonly store: ObjectStore;
  readonly log: PartitionLog;
  /** Reads each object and compares it with its name, too. */
  readonly contents?: boolean;
}

/** What was found out about one partition. */
export interface Verdict {
  readonly topic: string;
  readonly partition: number;
  /** Every offset from here … */
  readonly from: number;
  /** … to before here was looked for. */
  readonly end: number;
  /** `pending`: only the newest are not archived yet; ask again after the batching window. */
  readonly status: 'complete' | 'pending' | 'missing' | 'inconsistent';
  /** Offsets that no object names, and that hold records or did when they could still be read. */
  readonly missing: readonly OffsetRange[];
  readonly pending: readonly OffsetRange[];
  /** Offsets without an object that hold no record; from now on notes in the archive say so of those before the newest. */
  readonly gaps: readonly OffsetRange[];
  readonly objects: number;
  /** Offsets that more than one object holds. */
  readonly repeated: number;
  /** What speaks against the archive, in words. */
  readonly faults: readonly string[];
}

const OBJECTS_AT_ONCE = 8;

/**
 * Proves that the archive of a topic is whole: each offset between the beginning and the end of each partition is named
 * by an object, or the log shows that it holds no record. The latter is noted in the archive, as the log will forget.
 */
export async function verifyTopic(topic: string, options: VerifyOptions): Promise<Verdict[]> {
  const { ranges, faults } = await listed(options.store, topic);
  // After the listing: what is archived in between is then at most not seen yet, and never beyond the end.
  const partitions = await options.log.ends(topic);
  const verdicts: Verdict[] = [];
  for (const ends of partitions) {
    const own = (range: { partition: number }) => range.partition === ends.partition;
    const strays = faults.filter(own).map(({ fault }) => fault);
    verdicts.push(await verifyPartition(ends, ranges.filter(own), strays, options));
  }
  return verdicts;
}

async function listed(store: ObjectStore, topic: string) {
  const ranges: ArchivedRange[] = [];
  const faults: { partition: number; fault: string }[] = [];
  for await (const name of store.list(`${topic}/`)) {
    const range = parseObjectName(name);
    if (range) ranges.push(range);
    else faults.push({ partition: Number(name.split('/')[1]), fault: `${name} is no object of the archive` });
  }
  return { ranges, faults };
}

async function verifyPartition(
  ends: PartitionEnds,
  ranges: readonly ArchivedRange[],
  strays: readonly string[],
  { store, log, contents }: VerifyOptions,
): Promise<Verdict> {
  const { topic, partition } = ends;
  const coverage = coverageOf(ends, ranges);
  const holes = await Promise.all(coverage.holes.map((hole) => look(log, ends, hole)));
  const tail = coverage.tail && (await look(log, ends, coverage.tail));
  const missing = holes.flatMap(({ rest }) => rest ?? []);
  const pending = tail?.rest ? [tail.rest] : [];
  const gaps = holes.flatMap(({ gap }) => gap ?? []);
  // Not those of the tail: a transaction that is still open hides records that will come.
  await noteGaps(store, ends, gaps);
  const faults = [
    ...strays,
    ...(coverage.beyond ? [beyondFault(coverage.beyond, coverage)] : []),
    ...(contents ? await contentFaults(store, ranges) : []),
  ];
  return {
    topic,
    partition,
    from: coverage.from,
    end: coverage.end,
    status: statusOf(faults, missing, pending),
    missing,
    pending,
    gaps: [...gaps, ...(tail?.gap ? [tail.gap] : [])],
    objects: ranges.filter(({ gap }) => !gap).length,
    repeated: coverage.repeated,
    faults,
  };
}

function statusOf(faults: readonly unknown[], missing: readonly unknown[], pending: readonly unknown[]) {
  if (faults.length > 0) return 'inconsistent';
  if (missing.length > 0) return 'missing';
  return pending.length > 0 ? 'pending' : 'complete';
}

/** What the log says of offsets that no object names: up to the first record they hold none, from there on some is missing. */
async function look(
  log: PartitionLog,
  { topic, partition, earliest }: PartitionEnds,
  hole: OffsetRange,
): Promise<{ gap?: OffsetRange; rest?: OffsetRange }> {
  // What the log no longer holds cannot be looked at.
  if (hole.first < earliest) return { rest: hole };
  const next = await log.nextRecord(topic, partition, hole.first);
  if (next === undefined || next > hole.last) return { gap: hole };
  return {
    ...(next > hole.first && { gap: { first: hole.first, last: next - 1 } }),
    rest: { first: next, last: hole.last },
  };
}

async function noteGaps(store: ObjectStore, { topic, partition }: PartitionEnds, gaps: readonly OffsetRange[]) {
  for (const { first, last } of gaps) {
    const key = objectName({ topic, partition, first, last, gap: true });
    await store.putIfAbsent({ key, body: Buffer.alloc(0), type: 'text/plain' });
  }
}

const beyondFault = ({ first, last }: OffsetRange, { end }: Coverage) =>
  `Objects name the offsets ${first} to ${last}, but the log ends before ${end}: was the topic made anew? Archive it into a bucket of its own`;

async function contentFaults(store: ObjectStore, ranges: readonly ArchivedRange[]): Promise<string[]> {
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
