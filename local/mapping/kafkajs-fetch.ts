import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import Decoder from 'kafkajs/src/protocol/decoder';
import decodeMessageSet from 'kafkajs/src/protocol/messageSet/decoder';
import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C/crc32C';
import { requests } from 'kafkajs/src/protocol/requests';
import type { BatchHead } from '../batches/batch-head';
import { ByteSource } from '../batches/byte-source';
import { type Codec, unpack } from '../batches/codecs';
import { type Entry, hasBatches, LIMITS, readRecordSet } from '../batches/record-set';

/** The first version that has record batches, and the last one that kafkajs speaks. */
const VERSIONS = { from: 4, to: 11 };

/** A message as kafkajs hands it on; beyond its own fields, the entry that was read. */
export interface FetchedMessage {
  readonly offset: string;
  readonly entry: Entry;
}

/**
 * Has the answers to fetches read by local/batches in kafkajs's place. Its own reading unpacks whole batches whatever they hold,
 * looks at no checksum, gathers headers by name, and takes one batch that it cannot read for a broker that is away.
 */
export function mendFetch(): void {
  const { protocol } = requests.Fetch;
  requests.Fetch.protocol = ({ version }) => {
    const original = protocol({ version });
    if (version < VERSIONS.from || version > VERSIONS.to) return original;
    return (options) => {
      const { response, ...rest } = original(options);
      const from = new Map(
        options.topics.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, fetchOffset }) => [`${topic}-${partition}`, Number(fetchOffset)] as const),
        ),
      );
      return { ...rest, response: { ...response, decode: (bytes) => decode(bytes, version, from) } };
    };
  };
  registerForOldMessages(CompressionTypes.GZIP, 'gzip');
  registerForOldMessages(CompressionTypes.Snappy, 'snappy');
  registerForOldMessages(CompressionTypes.LZ4, 'lz4');
  registerForOldMessages(CompressionTypes.ZSTD, 'zstd');
}

async function decode(bytes: Buffer, version: number, from: ReadonlyMap<string, number>): Promise<object> {
  const decoder = new Decoder(bytes);
  const clientSideThrottleTime = decoder.readInt32();
  const session = version >= 7 ? { errorCode: decoder.readInt16(), sessionId: decoder.readInt32() } : {};
  const responses = await decoder.readArrayAsync(async () => {
    const topicName = decoder.readString();
    const partitions = await decoder.readArrayAsync(async () => {
      const answer = decodePartition(decoder, version);
      const place = from.get(`${topicName}-${answer.partition}`) ?? 0;
      return { ...answer, messages: await decodeRecords(answer.records, place, Number(answer.highWatermark)) };
    });
    return { topicName, partitions };
  });
  return { throttleTime: 0, clientSideThrottleTime, ...session, responses };
}

/** @see https://kafka.apache.org/protocol#The_Messages_Fetch */
function decodePartition(decoder: Decoder, version: number) {
  return {
    partition: decoder.readInt32(),
    errorCode: decoder.readInt16(),
    highWatermark: decoder.readInt64().toString(),
    lastStableOffset: decoder.readInt64().toString(),
    ...(version >= 5 && { lastStartOffset: decoder.readInt64().toString() }),
    abortedTransactions: decoder.readArray((one) => ({
      producerId: one.readInt64().toString(),
      firstOffset: one.readInt64().toString(),
    })),
    ...(version >= 11 && { preferredReadReplica: decoder.readInt32() }),
    records: decoder.readBytes() ?? Buffer.alloc(0),
  };
}

async function decodeRecords(set: Buffer, from: number, highWatermark: number): Promise<object[]> {
  if (set.length === 0) return [];
  if (!hasBatches(set)) return decodeOldMessages(set, from);
  return (await readRecordSet(set, { from, highWatermark, checksum: crc32C })).map(toMessage);
}

/** Messages of the formats before batches, which a broker may keep from before it was renewed: kafkajs reads these. */
async function decodeOldMessages(set: Buffer, from: number): Promise<object[]> {
  try {
    return await decodeMessageSet(new Decoder(set), set.length);
  } catch (error) {
    const to = Math.max(from, Number(set.readBigInt64BE(0)));
    return [toMessage({ kind: 'unreadable', from, to, cause: (error as Error).message, batch: oldBatch(to) })];
  }
}

const oldBatch = (offset: number): BatchHead => ({
  baseOffset: offset,
  lastOffset: offset,
  codec: undefined,
  baseTimestamp: 0,
  maxTimestamp: 0,
  timestampType: 'CREATE_TIME',
  isTransactional: false,
  isControl: false,
  producerId: -1n,
  count: 0,
});

/** Whoever takes the value of what is no record, unaware of that, is told so: it is never empty. */
function toMessage(entry: Entry): object {
  const { batch } = entry;
  const shared = {
    entry,
    magicByte: 2,
    attributes: 0,
    isControlRecord: batch.isControl || entry.kind === 'gap',
    batchContext: {
      producerId: String(batch.producerId),
      inTransaction: batch.isTransactional,
      isControlBatch: batch.isControl,
      timestampType: batch.timestampType === 'LOG_APPEND_TIME' ? 1 : 0,
    },
  };
  if (entry.kind === 'record') {
    const { offset, timestamp, key, value, headers } = entry;
    return {
      ...shared,
      offset: String(offset),
      timestamp: String(timestamp),
      key,
      value,
      get headers() {
        return gathered(headers);
      },
    };
  }
  const offset = String(entry.to);
  if (entry.kind === 'gap') return { ...shared, offset, timestamp: String(batch.maxTimestamp), key: null, value: null };
  return {
    ...shared,
    offset,
    timestamp: String(batch.maxTimestamp),
    key: null,
    headers: {},
    get value(): never {
      throw new Error(`offset ${entry.from} is ${entry.kind}`);
    },
  };
}

/** As kafkajs has headers: by name, in a list where a name repeats. */
function gathered(headers: readonly (readonly [name: string, value: Buffer | null])[]): object {
  const byName = new Map<string, (Buffer | null)[]>();
  for (const [name, value] of headers) byName.set(name, [...(byName.get(name) ?? []), value]);
  return Object.fromEntries([...byName].map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}

/** For messages of the old formats; what writes is left as it is. */
function registerForOldMessages(
  type: Exclude<CompressionTypes, CompressionTypes.None>,
  codec: Exclude<Codec, 'none'>,
): void {
  const original = CompressionCodecs[type] as () => { compress(encoder: unknown): Promise<Buffer> };
  CompressionCodecs[type] = () => ({
    compress: (encoder: unknown) => original().compress(encoder),
    decompress: async (input: Buffer) => {
      const pieces = unpack(codec, input, { mostInBlock: LIMITS.batch, ignoreHeaderChecksum: true });
      const source = new ByteSource(pieces, LIMITS.batch);
      await source.has(Number.POSITIVE_INFINITY);
      return source.bytes;
    },
  });
}
