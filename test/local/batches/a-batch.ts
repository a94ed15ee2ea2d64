import { deflateRawSync, gzipSync } from 'node:zlib';
import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C/crc32C';
import { type ReadOptions, readRecordSet } from '../../../local/batches/record-set';

export interface WrittenRecord {
  readonly offset: number;
  readonly value: Buffer | null;
  readonly headers?: readonly (readonly [name: string, value: Buffer | null])[];
}

export interface WrittenBatch {
  readonly records: readonly WrittenRecord[];
  /** @default what the records say */
  readonly lastOffset?: number;
  /** Attributes of the batch; the codec's number is among them. */
  readonly attributes?: number;
  readonly pack?: (records: Buffer) => Buffer;
  /** @default as many as there are */
  readonly count?: number;
}

/** A batch as a producer writes it, its first record at the base offset. */
export function aBatch({ records, attributes = 0, pack = (bytes) => bytes, ...over }: WrittenBatch): Buffer {
  const base = records[0]?.offset ?? 0;
  const last = over.lastOffset ?? records.at(-1)?.offset ?? base;
  const body = pack(Buffer.concat(records.map((record) => aRecord(record, base))));
  const batch = Buffer.alloc(61 + body.length);
  batch.writeBigInt64BE(BigInt(base), 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt8(2, 16);
  batch.writeInt16BE(attributes, 21);
  batch.writeInt32BE(last - base, 23);
  batch.writeBigInt64BE(1_000n, 27);
  batch.writeBigInt64BE(2_000n, 35);
  batch.writeBigInt64BE(-1n, 43);
  batch.writeInt16BE(-1, 51);
  batch.writeInt32BE(-1, 53);
  batch.writeInt32BE(over.count ?? records.length, 57);
  body.copy(batch, 61);
  batch.writeUInt32BE(crc32C(batch.subarray(21)), 17);
  return batch;
}

export const gzipped = { attributes: 1, pack: (records: Buffer) => gzipSync(records) };
/** No codec's bytes, under the name of one. */
export const damaged = (codec: number) => ({ attributes: codec, pack: (records: Buffer) => deflateRawSync(records) });

export const read = (set: Buffer, over: Partial<ReadOptions> = {}) =>
  readRecordSet(set, { from: 0, highWatermark: 1_000_000, checksum: crc32C, ...over });

function aRecord({ offset, value, headers = [] }: WrittenRecord, base: number): Buffer {
  const fields = (bytes: Buffer | null) => (bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes]));
  const body = Buffer.concat([
    Buffer.alloc(1),
    varint(0),
    varint(offset - base),
    fields(null),
    fields(value),
    varint(headers.length),
    ...headers.flatMap(([name, bytes]) => [fields(Buffer.from(name)), fields(bytes)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value < 0 ? -2 * value - 1 : 2 * value;
  for (; left >= 0x80; left = Math.floor(left / 128)) bytes.push((left % 128) | 0x80);
  return Buffer.from([...bytes, left]);
}
