import * as fc from 'fast-check';

/** Any Unicode character, as a unit of strings; fast-check's own `binary` first makes a table of all million of them. */
export const anyCharacter = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((codePoint) => String.fromCodePoint(codePoint));
