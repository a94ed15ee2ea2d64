import { asJson, asText } from '../../../bin/commands/tail';
import { readableBytes } from '../../../bin/output/readable-bytes';

const record = {
  partition: 2,
  offset: 15,
  timestamp: 1_545_084_650_987,
  timestampType: 'CREATE_TIME' as const,
  key: Buffer.from('k'),
  value: Buffer.from('{"a":1}'),
  headers: [['h', Buffer.from('v')] as const, ['h', null] as const],
};

test('a record shows where it stands, when it came, its key, value and headers', () => {
  const text = asText('orders', record);
  for (const part of ['orders-2 @ 15', '2018-12-17T22:10:50.987Z', 'key=k', '{"a":1}', 'h: v', 'h: null'])
    expect(text).toContain(part);
});

test('as JSON its value is JSON, and headers of one name stay apart', () => {
  expect(JSON.parse(asJson('orders', record))).toEqual({
    topic: 'orders',
    partition: 2,
    offset: 15,
    timestamp: '2018-12-17T22:10:50.987Z',
    key: 'k',
    headers: [
      { name: 'h', value: 'v' },
      { name: 'h', value: null },
    ],
    value: { a: 1 },
  });
});

test('a tombstone and a missing key are null, text stays text', () => {
  expect(JSON.parse(asJson('orders', { ...record, key: null, value: null }))).toMatchObject({ key: null, value: null });
  expect(JSON.parse(asJson('orders', { ...record, value: Buffer.from('hello') }))).toMatchObject({ value: 'hello' });
});

test('bytes that are no text are shown in Base64', () => {
  expect(readableBytes(Buffer.from([0xff, 0xfe]))).toBe('base64://4=');
});
