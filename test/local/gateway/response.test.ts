import fc from 'fast-check';
import { InvalidResponseError, interpret } from '../../../local/gateway/response';

const json = { 'content-type': 'application/json' };

test.each([
  ['an object without statusCode', '{"a":1}'],
  ['a string, quotes and all', '"Hello"'],
  ['a list', '[1]'],
  ['null', 'null'],
  ['text that is no JSON', '{"name":'],
])('format 2.0: %s is the body of a 200', (_, payload) => {
  expect(interpret(payload, '2.0')).toEqual({ status: 200, headers: json, body: payload });
});

test('format 2.0: whatever has no statusCode is never refused', () => {
  fc.assert(
    fc.property(fc.json(), (payload) => {
      fc.pre(!payload.includes('statusCode'));
      expect(interpret(payload, '2.0').body).toBe(payload);
    }),
  );
});

test('a response has its status, headers in lower case, cookies and body', () => {
  const answer = {
    statusCode: 202,
    headers: { 'Content-Type': 'application/json', Location: '/orders/1', 'Retry-After': 1, 'Content-Length': '999' },
    cookies: ['a=1', 'b=2; HttpOnly'],
    body: '{}',
  };
  expect(interpret(JSON.stringify(answer), '2.0')).toEqual({
    status: 202,
    headers: { ...json, location: '/orders/1', 'retry-after': '1', 'set-cookie': ['a=1', 'b=2; HttpOnly'] },
    body: '{}',
  });
});

test('without a content type it is plain text; a status may be written as text; no body is empty', () => {
  expect(interpret('{"statusCode":"204"}', '2.0')).toEqual({
    status: 204,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: '',
  });
});

test('a Base64 body becomes its bytes', () => {
  const bytes = Buffer.from([0, 255, 128]);
  const answer = { statusCode: 200, isBase64Encoded: true, body: bytes.toString('base64') };
  expect(interpret(JSON.stringify(answer), '2.0').body).toEqual(bytes);
});

test.each([
  ['a status that is none', { statusCode: 99 }],
  ['a status that is no number', { statusCode: 'ok' }],
  ['a status of null', { statusCode: null }],
  ['a body that is an object', { statusCode: 200, body: { a: 1 } }],
  ['a header that is an object', { statusCode: 200, headers: { a: {} } }],
])('%s is no response', (_, answer) => {
  expect(() => interpret(JSON.stringify(answer), '2.0')).toThrow(InvalidResponseError);
});

test('format 1.0 wants a statusCode, and takes headers with several values', () => {
  expect(() => interpret('{"a":1}', '1.0')).toThrow(InvalidResponseError);
  const answer = { statusCode: 200, headers: { 'X-A': '1' }, multiValueHeaders: { 'x-a': ['2', '3'] }, body: 'x' };
  expect(interpret(JSON.stringify(answer), '1.0').headers).toMatchObject({ 'x-a': ['1', '2', '3'] });
});
