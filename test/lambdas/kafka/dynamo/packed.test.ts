import { deflateRawSync } from 'node:zlib';
import { DependencyError } from '../../../../lambdas/errors';
import { MOST_UNPACKED_BYTES, packed, packedText, unpacked } from '../../../../lambdas/kafka/dynamo/packed';
import { StatementRefusedError } from '../../../../lambdas/kafka/dynamo/statements';

test('a value comes back as it was', () => {
  const value = { text: 'ü\u0000', list: [1, null, { a: 'b' }] };
  expect(unpacked(packed(value))).toEqual(value);
});

test('what no reader would take is not written', () => {
  const json = JSON.stringify(' '.repeat(MOST_UNPACKED_BYTES));
  expect(() => packedText(json)).toThrow(StatementRefusedError);
});

test('unpacking ends at the bound, and nobody’s record is at fault', () => {
  const bomb = deflateRawSync(Buffer.alloc(MOST_UNPACKED_BYTES + 1, ' '));
  expect(bomb.length).toBeLessThan(400_000);
  expect(() => unpacked(bomb)).toThrow(DependencyError);
  for (const bytes of [undefined, Buffer.from('no deflate')]) expect(() => unpacked(bytes)).toThrow(DependencyError);
});
