import fc from 'fast-check';
import { lineSplitter } from '../../../local/runtime/lines';

test('however the bytes are cut, the lines are those that were written', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\r\n]/.test(text));
  fc.assert(
    fc.property(fc.array(line), line, fc.integer({ min: 1, max: 7 }), (written, last, size) => {
      const seen: string[] = [];
      const splitter = lineSplitter((text) => seen.push(text));
      const bytes = Buffer.from([...written, last].join('\n'));
      for (let at = 0; at < bytes.length; at += size) splitter.write(bytes.subarray(at, at + size));
      splitter.end();
      expect(seen).toEqual(last === '' ? written : [...written, last]);
    }),
  );
});

test('a carriage return before the line feed is no part of the line', () => {
  const seen: string[] = [];
  lineSplitter((text) => seen.push(text)).write(Buffer.from('a\r\nb\n'));
  expect(seen).toEqual(['a', 'b']);
});
