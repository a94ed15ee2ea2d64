import * as fc from 'fast-check';
import type { RecordHeaders } from '../shared/kafka-headers';

const name = fc.oneof(
  // Few, so that names repeat; such as JavaScript's objects move to the front, or inherit.
  fc.constantFrom('a', 'b', '7', '0', '', '__proto__', 'constructor', 'toString', 'é'),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const value = fc.option(fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)));

/** Any headers that a record may have. */
export const anyHeaders: fc.Arbitrary<RecordHeaders> = fc.array(fc.tuple(name, value), { maxLength: 12 });
