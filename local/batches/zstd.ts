import zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import xxhash, { type XXHashAPI } from 'xxhash-wasm';
import { through } from './through';

const MAGIC = 0xfd2fb528;
/** The sixteen magic numbers of frames that a decoder steps over. */
const SKIPPABLE = 0x184d2a50;
const BLOCK_BYTES = 1 << 17;
/** What zstd's own decoder allows, unless told otherwise. */
const MAX_WINDOW_BYTES = 1 << 27;
/** Compressed bytes that are unpacked at a time: little, because one block's few bytes may stand for many. */
const SLICE_BYTES = 256;

/**
 * Unpacks zstd frames piece by piece: by Node where it has zstd (22.15 and newer), else in JavaScript. The frames are parted here,
 * because Node ends after the first one, and takes one that is cut off for whole in some versions.
 *
 * @throws Error when the bytes are no zstd frames, are cut off or damaged
 * @see https://github.com/facebook/zstd/blob/dev/doc/zstd_compression_format.md
 */
export async function* unpackZstd(input: Buffer): AsyncGenerator<Uint8Array> {
  if (!hasZstd(zlib)) return yield* unpackZstdInJavaScript(input);
  for (const { bytes } of framesOf(input)) yield* through(zlib.createZstdDecompress(), bytes);
}

/** fzstd knows blocks, and looks at neither checksums nor sizes: that is done here. */
export async function* unpackZstdInJavaScript(input: Buffer): AsyncGenerator<Uint8Array> {
  const hashes = await xxhash();
  for (const frame of framesOf(input)) yield* unpackFrame(frame, hashes);
}

/** `@types/node` is that of the oldest Node. */
const hasZstd = (module: object): module is { createZstdDecompress(): import('node:stream').Transform } =>
  'createZstdDecompress' in module;

/** The frames that hold something, each when it is asked for. */
function* framesOf(input: Buffer): Generator<Frame> {
  for (let at = 0; at < input.length; ) {
    const magic = at + 8 > input.length ? cutOff() : input.readUInt32LE(at);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      at += 8 + input.readUInt32LE(at + 4);
      if (at > input.length) cutOff();
      continue;
    }
    if (magic !== MAGIC) throw new Error('it is no zstd frame');
    const frame = measureFrame(input, at);
    yield frame;
    at += frame.bytes.length;
  }
}

interface Frame {
  readonly bytes: Buffer;
  readonly contentSize?: bigint;
  readonly hasChecksum: boolean;
  /** More than this it cannot hold. */
  readonly most: number;
  readonly isSingleSegment: boolean;
}

/** Finds where a frame ends, from one block's header to the next. */
function measureFrame(input: Buffer, start: number): Frame {
  const flags = input[start + 4] as number;
  const isSingleSegment = (flags & 0x20) !== 0;
  const hasChecksum = (flags & 0x04) !== 0;
  if ((flags & 0x08) !== 0) throw new Error('its zstd frame is of a version that nobody knows');
  if ((flags & 0x03) !== 0) throw new Error('its zstd frame needs a dictionary');
  let at = start + 5 + (isSingleSegment ? 0 : 1);
  const contentSize = readContentSize(input, at, flags >>> 6, isSingleSegment);
  at += contentSize.bytes;
  const window = isSingleSegment ? Number(contentSize.value) : windowBytes(input[start + 5] as number);
  if (window > MAX_WINDOW_BYTES) throw new Error(`its zstd frame asks for a window of ${window} bytes`);
  let most = 0;
  for (let isLast = false; !isLast; ) {
    if (at + 3 > input.length) cutOff();
    const header = input.readUIntLE(at, 3);
    const [type, size] = [(header >>> 1) & 3, header >>> 3];
    isLast = (header & 1) === 1;
    if (type === 3 || size > BLOCK_BYTES) throw new Error('a zstd block is none that anybody knows');
    most += type === 2 ? BLOCK_BYTES : size;
    at += 3 + (type === 1 ? 1 : size);
  }
  at += hasChecksum ? 4 : 0;
  if (at > input.length) cutOff();
  const { value } = contentSize;
  const bytes = input.subarray(start, at);
  return { bytes, hasChecksum, most, isSingleSegment, ...(value !== undefined && { contentSize: value }) };
}

function readContentSize(input: Buffer, at: number, code: number, isSingleSegment: boolean) {
  const bytes = code === 0 ? (isSingleSegment ? 1 : 0) : 1 << code;
  if (at + bytes > input.length) cutOff();
  if (bytes === 0) return { bytes };
  if (bytes === 8) return { bytes, value: input.readBigUInt64LE(at) };
  return { bytes, value: BigInt(input.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0)) };
}

function windowBytes(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

function* unpackFrame(frame: Frame, hashes: XXHashAPI): Generator<Uint8Array> {
  const { bytes } = frame;
  const content = hashes.create64();
  let size = 0;
  let pieces: Uint8Array[] = [];
  const decompress = new Decompress((piece) => pieces.push(piece));
  const lean = withSmallWindow(frame);
  const end = lean.length - (frame.hasChecksum ? 4 : 0);
  for (let at = 0; at < end; at += SLICE_BYTES) {
    const isLast = at + SLICE_BYTES >= end;
    decompress.push(lean.subarray(at, isLast ? lean.length : at + SLICE_BYTES), isLast);
    for (const piece of pieces) {
      size += piece.length;
      if (frame.hasChecksum) content.update(piece);
      yield piece;
    }
    pieces = [];
  }
  if (frame.contentSize !== undefined && frame.contentSize !== BigInt(size))
    throw new Error(`the zstd frame says that it holds ${frame.contentSize} bytes, and holds ${size}`);
  if (frame.hasChecksum && bytes.readUInt32LE(end) !== Number(content.digest() & 0xffffffffn))
    throw new Error('the zstd checksum of the content is wrong');
}

/** A producer announces megabytes of window for a few bytes of content; fzstd would make that room, and move it about. */
function withSmallWindow({ bytes, most, isSingleSegment }: Frame): Buffer {
  if (isSingleSegment) return bytes;
  const exponent = Math.max(0, Math.ceil(Math.log2(Math.max(most, BLOCK_BYTES))) - 10);
  if (exponent >= (bytes[5] as number) >>> 3) return bytes;
  const lean = Buffer.from(bytes);
  lean[5] = exponent << 3;
  return lean;
}

function cutOff(): never {
  throw new Error('its zstd frame is cut off');
}
