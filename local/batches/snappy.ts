import { uncompress } from 'snappyjs';

/** How snappy-java, and so Kafka's Java producer, frames its blocks. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

/**
 * Unpacks blocks in xerial's frame (Java) one by one, or a raw block (librdkafka).
 *
 * @param most bytes that one block may hold
 * @throws Error when the bytes are not snappy's, are cut off, or a block holds more
 */
export function* unpackSnappy(input: Buffer, most: number): Generator<Buffer> {
  if (!input.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return yield uncompress(input, most);
  if (input.length < XERIAL_HEADER_BYTES) throw new Error('its snappy frame is cut off');
  for (let at = XERIAL_HEADER_BYTES; at < input.length; ) {
    const size = at + 4 > input.length ? -1 : input.readInt32BE(at);
    if (size < 0 || at + 4 + size > input.length) throw new Error('its snappy frame is cut off');
    if (size > 0) yield uncompress(input.subarray(at + 4, at + 4 + size), most);
    at += 4 + size;
  }
}
