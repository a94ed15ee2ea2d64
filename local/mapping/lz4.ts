const MAGIC = 0x184d2204;
/** The copy of a match is at least this long. */
const MIN_MATCH = 4;

/** A buffer that grows; matches copy from what was written before, across blocks. */
class Output {
  bytes: Buffer;
  length = 0;
  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafe(Math.max(capacity, 64));
  }
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + more));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
  append(source: Buffer, from: number, to: number): void {
    this.reserve(to - from);
    source.copy(this.bytes, this.length, from, to);
    this.length += to - from;
  }
  repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.length) throw new Error('LZ4: a match points before the beginning');
    this.reserve(count);
    for (let left = count; left > 0; left--, this.length++)
      this.bytes[this.length] = this.bytes[this.length - distance] as number;
  }
}

/**
 * Decompresses LZ4 frames as Kafka's producers write them; checksums are the broker's business and are skipped.
 *
 * @throws Error when the bytes are no LZ4 frame
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
export function decompressLz4(input: Buffer): Buffer {
  const output = new Output(input.length * 3);
  let at = 0;
  while (at < input.length) at = readFrame(input, at, output);
  return output.bytes.subarray(0, output.length);
}

function readFrame(input: Buffer, start: number, output: Output): number {
  if (input.readUInt32LE(start) !== MAGIC) throw new Error('LZ4: not a frame');
  const flags = input.readUInt8(start + 4);
  const hasContentSize = (flags & 0x08) !== 0;
  const hasContentChecksum = (flags & 0x04) !== 0;
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  let at = start + 6 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0) + 1;
  for (;;) {
    const word = input.readUInt32LE(at);
    at += 4;
    if (word === 0) return at + (hasContentChecksum ? 4 : 0);
    const size = word & 0x7fffffff;
    const isStored = word >>> 31 === 1;
    if (at + size > input.length) throw new Error('LZ4: the frame is cut off');
    if (isStored) output.append(input, at, at + size);
    else readBlock(input, at, at + size, output);
    at += size + (hasBlockChecksum ? 4 : 0);
  }
}

function readBlock(input: Buffer, start: number, end: number, output: Output): void {
  let at = start;
  /** A length of 15 in the token goes on in further bytes, each up to 255. */
  const extended = (length: number): number => {
    let total = length;
    if (length < 15) return total;
    for (let byte = 255; byte === 255; at++) {
      byte = input.readUInt8(at);
      total += byte;
    }
    return total;
  };
  while (at < end) {
    const token = input.readUInt8(at++);
    const literals = extended(token >>> 4);
    output.append(input, at, at + literals);
    at += literals;
    if (at >= end) return;
    const distance = input.readUInt16LE(at);
    at += 2;
    output.repeat(distance, extended(token & 0x0f) + MIN_MATCH);
  }
}
