import { uncompress } from 'snappyjs';

/** How snappy-java, and so Kafka's Java producer, frames its blocks. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

/** Decompresses a raw snappy block (librdkafka) or blocks in xerial's frame (Java). */
export function decompressSnappy(input: Buffer): Buffer {
  if (!input.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return uncompress(input);
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER_BYTES; at < input.length; ) {
    const size = input.readInt32BE(at);
    blocks.push(uncompress(input.subarray(at + 4, at + 4 + size)));
    at += 4 + size;
  }
  return Buffer.concat(blocks);
}
