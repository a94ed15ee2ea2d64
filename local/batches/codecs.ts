import { createGunzip } from 'node:zlib';
import { type Lz4Options, unpackLz4 } from './lz4';
import { unpackSnappy } from './snappy';
import { through } from './through';
import { unpackZstd } from './zstd';

/** By the number that a batch's attributes give. */
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export type Codec = (typeof CODECS)[number];

/** @returns undefined for a number that Kafka has not given out */
export const codecOf = (attributes: number): Codec | undefined => CODECS[attributes & 0x07];

export interface UnpackOptions extends Lz4Options {
  /** Bytes that one block of a codec without a bound of its own may hold. */
  readonly mostInBlock: number;
}

/**
 * The content of compressed bytes, piece by piece and no faster than it is asked for: who has had enough stops asking, and no
 * more is unpacked. A piece is at most a block of the codec's: some 100 KB, 4 MB of LZ4's largest.
 *
 * @throws Error with what is wrong with the bytes, while they are unpacked
 */
export function unpack(
  codec: Exclude<Codec, 'none'>,
  bytes: Buffer,
  options: UnpackOptions,
): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  switch (codec) {
    case 'gzip':
      return through(createGunzip({ chunkSize: 1 << 17 }), bytes);
    case 'snappy':
      return unpackSnappy(bytes, options.mostInBlock);
    case 'lz4':
      return unpackLz4(bytes, options);
    case 'zstd':
      return unpackZstd(bytes);
  }
}
