import fc from 'fast-check';
import { requestTime } from '../../../local/gateway/event';
import { decodePath, isText, parseQuery, splitTarget } from '../../../local/gateway/request';

const body = Buffer.from('{}');

test.each([
  ['application/json', true],
  ['application/json; charset=utf-8', true],
  ['APPLICATION/JSON', true],
  ['application/xml', true],
  ['application/javascript', true],
  ['text/csv', true],
  ['application/x-www-form-urlencoded', false],
  ['application/vnd.api+json', false],
  ['application/jsonp', false],
  ['application/octet-stream', false],
  ['multipart/form-data; boundary=x', false],
  [undefined, false],
])('a body of %s is text: %s', (contentType, expected) => expect(isText(contentType, body)).toBe(expected));

test('bytes that are no UTF-8 are never text, so that none is lost', () => {
  expect(isText('application/json', Buffer.from([0x22, 0xff, 0x22]))).toBe(false);
});

test.each([
  ['/a%20b/%C3%A9', '/a b/é'],
  ['/a%2Fb', '/a/b'],
  ['/a+b', '/a+b'],
  ['/me%3Fadmin=true', undefined],
  ['/percent%25done', undefined],
  ['/hash%23value', '/hash#value'],
  ['/literal%252Fvalue', '/literal/value'],
  ['/literal%253Fvalue', '/literal?value'],
  ['/literal%2525value', '/literal%value'],
  ['/%ff', undefined],
  ['/%', undefined],
])('the path %s is handed on as %s', (path, expected) => expect(decodePath(path)).toBe(expected));

test('an encoded path comes out as it was before', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!/[?%]/.test(text));
      expect(decodePath(`/${encodeURIComponent(text)}`)).toBe(`/${text}`);
    }),
  );
});

test('a query reads as browsers write it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (pairs) => {
      const read = [...parseQuery(new URLSearchParams(pairs).toString())];
      const expected = new Map<string, string[]>();
      for (const [name, value] of pairs) expected.set(name, [...(expected.get(name) ?? []), value]);
      expect(read).toEqual([...expected]);
    }),
  );
});

test('a query that cannot be decoded stays as it is', () => {
  expect([...parseQuery('a=%zz&b&&=c')]).toEqual([
    ['a', ['%zz']],
    ['b', ['']],
    ['', ['c']],
  ]);
});

test.each([
  ['/a?b=?', '/a', 'b=?'],
  ['http://localhost:3000/a?b', '/a', 'b'],
  ['http://localhost:3000', '/', ''],
  ['*', '/*', ''],
])('the target %s', (target, path, rawQuery) => expect(splitTarget(target)).toEqual({ path, rawQuery }));

test("the time is written as in a log of Apache's", () => {
  expect(requestTime(Date.UTC(2020, 2, 2, 9, 3, 58))).toBe('02/Mar/2020:09:03:58 +0000');
});
