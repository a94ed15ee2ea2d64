import xxhash, { type XXHashAPI } from 'xxhash-wasm';

const MAGIC = 0x184d2204;
/** The sixteen magic numbers of frames that a decoder steps over. */
const SKIPPABLE = 0x184d2a50;
const BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22 };
/** How far back a match reaches, into the blocks before it where these are linked. */
const HISTORY_BYTES = 1 << 16;
/** The copy of a match is at least this long. */
const MIN_MATCH = 4;

export interface Lz4Options {
  /** Whether the header's checksum covers what no reader agrees on: Kafka's own mistake in messages of format 0. */
  readonly ignoreHeaderChecksum?: boolean;
}

/**
 * Unpacks LZ4 frames block by block, and verifies every checksum and size that they carry. By hand, because no package does:
 * those in plain JavaScript skip checksums, those in WebAssembly or machine code unpack a whole frame before they say how
 * large it is, and some come for a few platforms only.
 *
 * @throws Error when the bytes are no LZ4 frames, are cut off or damaged
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
export async function* unpackLz4(input: Buffer, options: Lz4Options = {}): AsyncGenerator<Buffer> {
  const hashes = await xxhash();
  const reader = new Reader(input);
  while (!reader.atEnd) {
    const magic = reader.uint32();
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) reader.bytes(reader.uint32());
    else if (magic === MAGIC) yield* unpackFrame(reader, hashes, options);
    else throw new Error('it is no LZ4 frame');
  }
}

function* unpackFrame(reader: Reader, hashes: XXHashAPI, options: Lz4Options): Generator<Buffer> {
  const frame = readHeader(reader, hashes, options);
  const content = hashes.create32();
  let size = 0;
  // What a match may reach, and behind it room for a block.
  const work = Buffer.allocUnsafe(HISTORY_BYTES + frame.blockBytes);
  let history = 0;
  for (let word = reader.uint32(); word !== 0; word = reader.uint32()) {
    const isStored = word >>> 31 === 1;
    const block = reader.bytes(word & 0x7fffffff);
    if (frame.blockChecksums) expectHash(reader.uint32(), hashes.h32Raw(block), 'a block');
    if (block.length > frame.blockBytes) throw new Error('an LZ4 block is larger than its frame says');
    const limit = history + frame.blockBytes;
    const end = isStored ? history + block.copy(work, history) : unpackBlock(block, work, history, limit);
    const piece = Buffer.from(work.subarray(history, end));
    size += piece.length;
    if (frame.contentChecksum) content.update(piece);
    if (frame.linked) history = keepHistory(work, end);
    yield piece;
  }
  if (frame.contentChecksum) expectHash(reader.uint32(), content.digest(), 'the content');
  if (frame.contentSize !== undefined && frame.contentSize !== BigInt(size))
    throw new Error(`the LZ4 frame says that it holds ${frame.contentSize} bytes, and holds ${size}`);
}

function readHeader(reader: Reader, hashes: XXHashAPI, { ignoreHeaderChecksum }: Lz4Options) {
  const start = reader.at;
  const flags = reader.byte();
  const blockBytes = BLOCK_BYTES[(reader.byte() >>> 4) & 7];
  if (flags >>> 6 !== 1) throw new Error('its LZ4 frame is of a version that nobody knows');
  if (blockBytes === undefined) throw new Error('its LZ4 frame has blocks of a size that nobody knows');
  const contentSize = (flags & 0x08) !== 0 ? reader.bytes(8).readBigUInt64LE() : undefined;
  if ((flags & 0x01) !== 0) throw new Error('its LZ4 frame needs a dictionary');
  const hash = (hashes.h32Raw(reader.since(start)) >>> 8) & 0xff;
  if (reader.byte() !== hash && !ignoreHeaderChecksum) throw new Error('the checksum of an LZ4 header is wrong');
  return {
    blockBytes,
    contentSize,
    linked: (flags & 0x20) === 0,
    blockChecksums: (flags & 0x10) !== 0,
    contentChecksum: (flags & 0x04) !== 0,
  };
}

function expectHash(stored: number, computed: number, of: string): void {
  if (stored !== computed) throw new Error(`the LZ4 checksum of ${of} is wrong`);
}

/** @returns how much of the work is history now */
function keepHistory(work: Buffer, end: number): number {
  const kept = Math.min(end, HISTORY_BYTES);
  work.copyWithin(0, end - kept, end);
  return kept;
}

/** @returns the place behind the last byte written */
function unpackBlock(block: Buffer, output: Buffer, start: number, limit: number): number {
  const reader = new Reader(block);
  let to = start;
  const reserve = (bytes: number) => {
    if (to + bytes > limit) throw new Error('an LZ4 block is larger than its frame says');
  };
  while (!reader.atEnd) {
    const token = reader.byte();
    const literals = reader.bytes(reader.length(token >>> 4));
    reserve(literals.length);
    to += literals.copy(output, to);
    if (reader.atEnd) break;
    const distance = reader.uint16();
    const length = reader.length(token & 0x0f) + MIN_MATCH;
    if (distance === 0 || distance > to) throw new Error('an LZ4 match points before the beginning');
    reserve(length);
    repeat(output, to, distance, length);
    to += length;
  }
  return to;
}

/** Copies what may reach into itself: twice as far with each step. */
function repeat(output: Buffer, to: number, distance: number, length: number): void {
  const from = to - distance;
  for (let done = 0; done < length; ) {
    const count = Math.min(distance + done, length - done);
    output.copyWithin(to + done, from, from + count);
    done += count;
  }
}

/** Takes from the front of bytes, and never from behind their end. */
class Reader {
  readonly #bytes: Buffer;
  at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  get atEnd(): boolean {
    return this.at >= this.#bytes.length;
  }
  since(start: number): Buffer {
    return this.#bytes.subarray(start, this.at);
  }
  bytes(count: number): Buffer {
    if (this.at + count > this.#bytes.length) throw new Error('its LZ4 frame is cut off');
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }
  byte(): number {
    const value = this.#bytes[this.at];
    if (value === undefined) throw new Error('its LZ4 frame is cut off');
    this.at += 1;
    return value;
  }
  uint16(): number {
    return this.bytes(2).readUInt16LE();
  }
  uint32(): number {
    return this.bytes(4).readUInt32LE();
  }
  /** A length of 15 in the token goes on in further bytes, each up to 255. */
  length(nibble: number): number {
    let total = nibble;
    if (nibble < 15) return total;
    for (let byte = 255; byte === 255; total += byte) byte = this.byte();
    return total;
  }
}
