import { runBounded } from '../kafka/run-bounded';
import type { ObjectStore } from '../objects/object-store';
import { contentFaults } from './contents';
import { coverageOf, type PartitionEnds } from './coverage';
import { type ArchivedRange, type OffsetRange, objectName, parseObjectName } from './object-name';

/** What verifying asks of Kafka. */
export interface PartitionLog {
  /** The partitions of a topic, with their ends at this moment. */
  ends(topic: string): Promise<readonly PartitionEnds[]>;
  /** By partition: the offset up to which audit says that it has archived everything; partitions without a commit are missing. */
  committed(topic: string): Promise<ReadonlyMap<number, number>>;
  /**
   * Offset of the first record in this range that a consumer of the topic is given; undefined when there is none. What it
   * steps over holds no record: a transaction's marker, what one took back, what compaction left out.
   */
  firstRecord(topic: string, partition: number, range: OffsetRange): Promise<number | undefined>;
  /** Why nobody can be given the record at an offset, in words; undefined of one that can. */
  whyUnread(topic: string, partition: number, offset: number): Promise<string | undefined>;
}

export interface VerifyOptions {
  readonly store: ObjectStore;
  readonly log: PartitionLog;
  /** Reads each object and compares it with its name, too. */
  readonly contents?: boolean;
}

export interface MissingRange extends OffsetRange {
  /** Why its first record cannot be had, in words; absent where it can, or is no longer kept. */
  readonly why?: string;
}

/** What was found out about one partition. */
export interface Verdict {
  readonly topic: string;
  readonly partition: number;
  /** Every offset from here … */
  readonly from: number;
  /** … to before here was looked for. */
  readonly end: number;
  /** The offset after the newest archived one. */
  readonly archivedTo: number;
  /** `pending`: only what audit has not come to is not archived; ask again after the batching window. */
  readonly status: 'complete' | 'pending' | 'missing' | 'inconsistent';
  /** Offsets that no object names although audit has passed them; each range begins with a record, or can no longer be read. */
  readonly missing: readonly MissingRange[];
  /** Offsets that no object names, and that audit has not passed. */
  readonly pending: readonly OffsetRange[];
  /** Offsets without an object that hold no record; from now on notes in the archive say so. */
  readonly gaps: readonly OffsetRange[];
  readonly objects: number;
  /** Of all its objects, compressed. */
  readonly bytes: number;
  /** Offsets that more than one object holds. */
  readonly repeated: number;
  /** What speaks against the archive, in words. */
  readonly faults: readonly string[];
}

interface Listing {
  readonly ranges: (ArchivedRange & { readonly bytes: number })[];
  readonly faults: { readonly partition: number; readonly fault: string }[];
}

const NOTES_AT_ONCE = 8;

/**
 * Proves that the archive of a topic is whole: each offset between the beginning and the end of each partition is named
 * by an object, or the log shows that it holds no record. The latter is noted in the archive, as the log will forget.
 */
export async function verifyTopic(topic: string, options: VerifyOptions): Promise<Verdict[]> {
  // In this order: what audit had passed before the listing is listed, and what is listed is before the ends.
  const committed = await options.log.committed(topic);
  const { ranges, faults } = await listed(options.store, topic);
  const partitions = await options.log.ends(topic);
  const verdicts: Verdict[] = [];
  for (const ends of partitions) {
    const own = (range: { partition: number }) => range.partition === ends.partition;
    const listing = { ranges: ranges.filter(own), faults: faults.filter(own) };
    verdicts.push(await verifyPartition(ends, committed.get(ends.partition), listing, options));
  }
  return verdicts;
}

async function listed(store: ObjectStore, topic: string): Promise<Listing> {
  const listing: Listing = { ranges: [], faults: [] };
  for await (const { key, bytes } of store.list(`${topic}/`)) {
    const range = parseObjectName(key);
    if (range) listing.ranges.push({ ...range, bytes });
    else listing.faults.push({ partition: Number(key.split('/')[1]), fault: `${key} is no object of the archive` });
  }
  return listing;
}

async function verifyPartition(
  ends: PartitionEnds,
  committed: number | undefined,
  { ranges, faults: strays }: Listing,
  { store, log, contents }: VerifyOptions,
): Promise<Verdict> {
  const { topic, partition } = ends;
  const { unnamed, beyond, ...coverage } = coverageOf(ends, ranges);
  const gaps: OffsetRange[] = [];
  const rests: OffsetRange[] = [];
  for (const range of unnamed) await look(log, ends, range, { gaps, rests });
  const forgotten = await forgottenMeanwhile(log, ends, gaps);
  const sure = gaps.filter((gap) => !forgotten.includes(gap));
  await noteGaps(store, ends, sure);

  // Without a commit nothing is known of what audit has passed, but that it works in the order of offsets.
  const passed = Math.max(committed ?? coverage.archivedTo, ends.earliest);
  const lost = [...rests.flatMap((rest) => below(passed, rest)), ...forgotten].sort((a, b) => a.first - b.first);
  const missing = await explained(log, ends, lost);
  const pending = rests.flatMap((rest) => notBelow(passed, rest));
  const faults = [
    ...strays.map(({ fault }) => fault),
    ...(beyond ? [beyondFault(beyond, ends.end)] : []),
    ...(contents ? await contentFaults(store, ranges) : []),
  ];
  return {
    topic,
    partition,
    ...coverage,
    status: statusOf(faults, missing, pending),
    missing,
    pending,
    gaps: sure,
    objects: ranges.filter(({ gap }) => !gap).length,
    bytes: ranges.reduce((sum, { bytes }) => sum + bytes, 0),
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
  unnamed: OffsetRange,
  { gaps, rests }: { gaps: OffsetRange[]; rests: OffsetRange[] },
): Promise<void> {
  // What the log no longer holds cannot be looked at.
  rests.push(...below(earliest, unnamed));
  for (const range of notBelow(earliest, unnamed)) {
    const record = (await log.firstRecord(topic, partition, range)) ?? range.last + 1;
    gaps.push(...below(record, range));
    rests.push(...notBelow(record, range));
  }
}

/** Each is a question to the log, and nobody reads hundreds of answers. */
const MOST_EXPLAINED = 20;

async function explained(
  log: PartitionLog,
  { topic, partition, earliest }: PartitionEnds,
  ranges: readonly OffsetRange[],
) {
  const missing: MissingRange[] = [];
  for (const [index, range] of ranges.entries()) {
    const isKept = range.first >= earliest && index < MOST_EXPLAINED;
    const why = isKept ? await log.whyUnread(topic, partition, range.first) : undefined;
    missing.push(why === undefined ? range : { ...range, why });
  }
  return missing;
}

/** Gaps that may be none: the log let go of them while it was read, and what is gone looks like what never was. */
async function forgottenMeanwhile(log: PartitionLog, { topic, partition }: PartitionEnds, gaps: OffsetRange[]) {
  if (gaps.length === 0) return [];
  const now = (await log.ends(topic)).find((ends) => ends.partition === partition);
  return gaps.filter(({ first }) => now === undefined || first < now.earliest);
}

const below = (offset: number, { first, last }: OffsetRange): OffsetRange[] =>
  first < offset ? [{ first, last: Math.min(last, offset - 1) }] : [];

const notBelow = (offset: number, { first, last }: OffsetRange): OffsetRange[] =>
  last >= offset ? [{ first: Math.max(first, offset), last }] : [];

async function noteGaps(store: ObjectStore, { topic, partition }: PartitionEnds, gaps: readonly OffsetRange[]) {
  await runBounded(gaps, NOTES_AT_ONCE, async ({ first, last }) => {
    const key = objectName({ topic, partition, first, last, gap: true });
    await store.putIfAbsent({ key, body: Buffer.alloc(0), type: 'text/plain' });
  });
}

const beyondFault = ({ first, last }: OffsetRange, end: number) =>
  `Objects name the offsets ${first} to ${last}, but the log ends before ${end}: was the topic made anew? Archive it into a bucket of its own`;
