import fc from 'fast-check';
import { murmur2, partitionOf } from '../../../lambdas/kafka/partitions';
import { anyCharacter } from '../../any-character';

describe('murmur2', () => {
  // The pairs of Kafka's own test: clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java, testMurmur2.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ])('hashes %s as the Java client does', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });
});

describe('partitionOf', () => {
  it('gives text and its UTF-8 bytes the same partition, within the topic', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.integer({ min: 1, max: 200 }), (key, partitions) => {
        const partition = partitionOf(key, partitions);
        expect(partition).toBe(partitionOf(Buffer.from(key), partitions));
        expect(partition >= 0 && partition < partitions).toBe(true);
      }),
    );
  });
});
