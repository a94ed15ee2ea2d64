/**
 * Kafka's own choice of a partition for a key, as the Java client makes it
 * (https://github.com/apache/kafka/blob/4.1/clients/src/main/java/org/apache/kafka/common/utils/Utils.java, murmur2),
 * so that a key lands on the same partition whichever client writes it.
 */
export function partitionOf(key: string | Buffer, partitions: number): number {
  return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % partitions;
}

const MIX = 0x5bd1e995;

/** 32-bit murmur2 with Kafka's seed; the result is signed. */
export function murmur2(data: Buffer): number {
  const whole = data.length & ~3;
  let hash = 0x9747b28c ^ data.length;
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(data.readInt32LE(at), MIX);
    word ^= word >>> 24;
    hash = Math.imul(hash, MIX) ^ Math.imul(word, MIX);
  }
  if (whole < data.length) {
    let rest = 0;
    for (let at = data.length - 1; at >= whole; at--) rest = (rest << 8) | (data[at] ?? 0);
    hash = Math.imul(hash ^ rest, MIX);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MIX);
  return hash ^ (hash >>> 15);
}
