import type { BatchHead } from './batch-head';
import { ByteSource, UnpacksTooLargeError } from './byte-source';
import { codecOf, unpack } from './codecs';
import { readPlace, readRecord, VARINT_BYTES, varintAt } from './record-bytes';

/** What lies at an offset, or at those of a range. */
export type Entry = Content & { readonly batch: BatchHead };

type Content =
  | {
      readonly kind: 'record';
      readonly offset: number;
      /** Epoch milliseconds. */
      readonly timestamp: number;
      readonly key: Buffer | null;
      readonly value: Buffer | null;
      /** In the order written; names repeat. */
      readonly headers: readonly (readonly [name: string, value: Buffer | null])[];
    }
  /** Records that are there and that nobody unpacks. */
  | {
      readonly kind: 'too-large';
      readonly from: number;
      readonly to: number;
      /** Epoch milliseconds. */
      readonly timestamp: number;
      /** Bytes that the record has, unpacked, or at least those that were unpacked before it was given up. */
      readonly bytes: number;
    }
  | { readonly kind: 'unreadable'; readonly from: number; readonly to: number; readonly cause: string }
  /** No record from behind the last entry up to here: compaction took them, or they never were. */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number };

export interface ReadOptions {
  /** Entries below are left out. */
  readonly from: number;
  /** The offset behind the partition's last record: a range never reaches it. */
  readonly highWatermark: number;
  readonly checksum: (bytes: Buffer) => number;
  readonly limits?: ReadLimits;
}

export interface ReadLimits {
  /** Bytes of a record that are held at most, unpacked. */
  readonly record: number;
  /** Bytes that one batch may unpack to. */
  readonly batch: number;
  /** Bytes of records after which reading ends, so that the rest is fetched again when there is room for it. */
  readonly kept: number;
}

const MIB = 1 << 20;
/** A larger record fits no invocation of Lambda's, and a batch of a hundred times a topic's usual limit is a trap. */
export const LIMITS: ReadLimits = { record: 6 * MIB, batch: 128 * MIB, kept: 8 * MIB };

/** Bytes of a batch up to its records. */
const HEAD_BYTES = 61;
/** What a batch's length does not count. */
const LENGTH_BYTES = 12;
const CHECKED_FROM = 21;
const BATCH_FORMAT = 2;

/** Whether a set of records is of the format that has batches, which brokers write since version 0.11. */
export const hasBatches = (set: Buffer): boolean => set.length > 16 && set.readInt8(16) === BATCH_FORMAT;

/**
 * Reads the record batches of one partition, as a fetch answers them: the last one may be cut off, and comes again. Nothing is
 * unpacked beyond the limits. What cannot be read or held becomes an entry that says so, in its place among the records.
 *
 * @see https://kafka.apache.org/documentation/#recordbatch
 */
export async function readRecordSet(set: Buffer, options: ReadOptions): Promise<Entry[]> {
  const entries: Entry[] = [];
  const budget = { kept: (options.limits ?? LIMITS).kept };
  for (let at = 0; at + HEAD_BYTES <= set.length && budget.kept > 0; ) {
    const end = at + LENGTH_BYTES + set.readInt32BE(at + 8);
    if (end > set.length || end < at + HEAD_BYTES) break;
    const bytes = set.subarray(at, end);
    const batch = readHead(bytes, options.highWatermark);
    if (batch.lastOffset >= options.from) {
      for (const content of await readBatch(bytes, batch, options, budget)) entries.push({ ...content, batch });
    }
    at = end;
  }
  return entries;
}

function readHead(bytes: Buffer, highWatermark: number): BatchHead {
  const attributes = bytes.readInt16BE(21);
  const baseOffset = Number(bytes.readBigInt64BE(0));
  const last = baseOffset + Math.max(0, bytes.readInt32BE(23));
  return {
    baseOffset,
    // A damaged head may say anything.
    lastOffset: Math.max(baseOffset, Math.min(last, highWatermark - 1)),
    codec: codecOf(attributes),
    baseTimestamp: Number(bytes.readBigInt64BE(27)),
    maxTimestamp: Number(bytes.readBigInt64BE(35)),
    timestampType: (attributes & 0x08) !== 0 ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
    isTransactional: (attributes & 0x10) !== 0,
    isControl: (attributes & 0x20) !== 0,
    producerId: bytes.readBigInt64BE(43),
    count: bytes.readInt32BE(57),
  };
}

async function readBatch(
  bytes: Buffer,
  batch: BatchHead,
  { from, checksum, limits = LIMITS }: ReadOptions,
  budget: { kept: number },
): Promise<Content[]> {
  const found: Content[] = [];
  const first = Math.max(from, batch.baseOffset);
  const unreadable = (cause: string): Content[] => [{ kind: 'unreadable', from: first, to: batch.lastOffset, cause }];
  if (bytes.readUInt32BE(17) !== checksum(bytes.subarray(CHECKED_FROM))) return unreadable('its checksum is wrong');
  if (batch.codec === undefined) return unreadable('it is compressed by a codec that nobody knows');
  const records = bytes.subarray(HEAD_BYTES);
  const source =
    batch.codec === 'none'
      ? new ByteSource([records], Number.POSITIVE_INFINITY)
      : new ByteSource(unpack(batch.codec, records, { mostInBlock: limits.batch }), limits.batch);
  /** The offset behind the last record that was read. */
  let next = batch.baseOffset;
  try {
    for (let index = 0; index < batch.count; index++) {
      const length = await nextLength(source);
      if (length > limits.record) {
        await source.has(VARINT_BYTES * 4);
        const { offset, timestamp } = readPlace(source.bytes, source.at, batch);
        next = offset + 1;
        if (offset >= from) found.push({ kind: 'too-large', from: offset, to: offset, timestamp, bytes: length });
        // Nothing comes behind it, so that it need not be unpacked.
        if (index === batch.count - 1) return found;
        if (!(await source.skip(length))) throw new Error('its last record is cut off');
        continue;
      }
      if (source.here < length && !(await source.has(length))) throw new Error('its last record is cut off');
      const record = readRecord(source.bytes.subarray(source.at, source.at + length), batch);
      source.at += length;
      next = record.offset + 1;
      if (record.offset < from) continue;
      found.push({ kind: 'record', ...record });
      budget.kept -= length;
      if (budget.kept <= 0 && index < batch.count - 1) return found;
    }
    if (await source.has(1)) throw new Error('there are bytes behind its last record');
  } catch (error) {
    if (!(error instanceof UnpacksTooLargeError)) return unreadable((error as Error).message);
    // What was read goes first; the rest is fetched again, and is then too large from its first record on.
    if (found.length > 0) {
      budget.kept = 0;
      return found;
    }
    const { lastOffset: to, maxTimestamp: timestamp } = batch;
    return [{ kind: 'too-large', from: Math.max(from, next), to, timestamp, bytes: limits.batch }];
  } finally {
    await source.close();
  }
  if (next <= batch.lastOffset) found.push({ kind: 'gap', from: Math.max(from, next), to: batch.lastOffset });
  return found;
}

/** Takes the length that stands before a record. */
async function nextLength(source: ByteSource): Promise<number> {
  if (source.here < VARINT_BYTES && !(await source.has(VARINT_BYTES)) && source.here === 0)
    throw new Error('it holds fewer records than it says');
  const { value, end } = varintAt(source.bytes, source.at);
  if (value < 0) throw new Error('a record has a negative length');
  source.at = end;
  return value;
}
