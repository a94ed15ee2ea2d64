import type { KafkaEvent } from '../../../lambdas/kafka/event';
import { decodeEvent, textValue } from '../../../lambdas/kafka/record';
import { loadEvent } from '../../load-event';
import { aRecord, eventOf } from './records';

test('decodes an MSK event: base64 keys and values, signed header bytes', () => {
  const [first, second] = decodeEvent(loadEvent<KafkaEvent>('kafka-msk'));

  expect(first).toMatchObject({ topic: 'orders', partition: 0, offset: 15, timestamp: 1763719200015 });
  expect(JSON.parse(textValue(first as never))).toMatchObject({ user: 'john', quantity: 5 });
  expect(Object.fromEntries((first?.headers ?? []).map(([name, value]) => [name, value?.toString()]))).toEqual({
    ce_id: '0f8b8f2e-1b1d-5a52-9b0e-6d8f5f3c2a10',
    ce_type: 'order.placed',
    note: 'crème brûlée',
  });
  expect(second).toMatchObject({ partition: 3, offset: 7 });
});

test('takes a self-managed event, and a record without key and headers', () => {
  expect(decodeEvent(loadEvent<KafkaEvent>('kafka-self-managed'))).toHaveLength(1);
  expect(decodeEvent(loadEvent<KafkaEvent>('kafka-no-key'))).toMatchObject([{ key: null, headers: [] }]);
});

test('keeps offset order within a partition, however the event lists them', () => {
  const records = decodeEvent(eventOf([aRecord({ offset: 9 }), aRecord({ offset: 2 }), aRecord({ offset: 5 })]));
  expect(records.map(({ offset }) => offset)).toEqual([2, 5, 9]);
});

test('a tombstone and bytes that are no text can never succeed', () => {
  const [tombstone] = decodeEvent(loadEvent<KafkaEvent>('kafka-tombstone'));
  expect(() => textValue(tombstone as never)).toThrow(expect.objectContaining({ code: 'tombstone', retriable: false }));
  expect(() => textValue(aRecord({ value: Buffer.from([0xff, 0xfe]) }))).toThrow(
    expect.objectContaining({ code: 'not_utf8' }),
  );
});

test('an event of another source is a wiring fault', () => {
  expect(() => decodeEvent({ Records: [] } as never)).toThrow(/Kafka event source mapping/);
});
