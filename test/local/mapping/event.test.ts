import fc from 'fast-check';
import { encodeEvent, encodeRecord, eventOverhead, eventSource } from '../../../local/mapping/event';
import type { FetchedRecord } from '../../../local/mapping/record';
import { anyCharacter } from '../../any-character';
import { aFetchedRecord, aMapping, anArrival, aSource } from './builders';

const encode = (record: Partial<FetchedRecord>) =>
  JSON.parse(encodeRecord(aSource(), aFetchedRecord(record), anArrival).json);

test('a record shows as Lambda shows it: key and value in base64, numbers as numbers', () => {
  expect(encode({ key: Buffer.from('abc'), value: Buffer.from('hello') })).toEqual({
    topic: 'orders',
    partition: 0,
    offset: 15,
    timestamp: 1545084650987,
    timestampType: 'CREATE_TIME',
    key: 'YWJj',
    value: 'aGVsbG8=',
    headers: [],
  });
});

test('an absent key is left out, an empty one is not', () => {
  expect(encode({ key: null })).not.toHaveProperty('key');
  expect(encode({ key: Buffer.alloc(0) }).key).toBe('');
});

test("a tombstone's value is null", () => {
  expect(encode({ value: null }).value).toBeNull();
});

test('header values are arrays of signed bytes, one entry a header, names repeat', () => {
  const headers = [
    ['type', Buffer.from('he')],
    ['type', Buffer.from([0xff, 0x80, 0x7f])],
    ['none', null],
  ] as const;
  expect(encode({ headers }).headers).toEqual([{ type: [104, 101] }, { type: [-1, -128, 127] }, { none: null }]);
});

test('an MSK event names its cluster, a self-managed one does not', () => {
  const msk = JSON.parse(encodeEvent(eventSource(aMapping(), 'b-1:9092,b-2:9092'), []));
  const own = JSON.parse(encodeEvent(eventSource(aMapping({ source: 'self-managed' }), 'b-1:9092'), []));
  expect(msk).toEqual({
    eventSource: 'aws:kafka',
    eventSourceArn: 'arn:aws:kafka:us-east-1:123456789012:cluster/local/1',
    bootstrapServers: 'b-1:9092,b-2:9092',
    records: {},
  });
  expect(own).toEqual({ eventSource: 'SelfManagedKafka', bootstrapServers: 'b-1:9092', records: {} });
});

const anyRecord = fc.record({
  partition: fc.nat({ max: 3 }),
  offset: fc.nat(),
  timestamp: fc.nat(),
  timestampType: fc.constantFrom('CREATE_TIME' as const, 'LOG_APPEND_TIME' as const),
  key: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
  value: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
  headers: fc.array(
    fc.tuple(fc.string({ unit: anyCharacter }), fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes)))),
  ),
});

test('whatever the bytes, the event is JSON that gives them back, in order, and its length is its size', () => {
  fc.assert(
    fc.property(fc.array(anyRecord), (fetched) => {
      const source = aSource();
      const polled = fetched.map((record) => encodeRecord(source, record, anArrival));
      const text = encodeEvent(source, polled);
      expect(Buffer.byteLength(text)).toBe(text.length);
      const partitions = new Set(fetched.map(({ partition }) => partition)).size;
      const estimate = polled.reduce((sum, { json }) => sum + json.length + 1, eventOverhead(source, partitions));
      expect(text.length).toBeLessThanOrEqual(estimate);
      const { records } = JSON.parse(text) as {
        records: Record<string, { value: string | null; headers: object[] }[]>;
      };
      for (const [name, group] of Object.entries(records)) {
        const sent = fetched.filter(({ partition }) => `orders-${partition}` === name);
        expect(group.map(({ value }) => value)).toEqual(sent.map(({ value }) => value?.toString('base64') ?? null));
        expect(group.map(({ headers }) => headers.flatMap(Object.keys))).toEqual(
          sent.map(({ headers }) => headers.map(([header]) => header)),
        );
      }
    }),
  );
});
