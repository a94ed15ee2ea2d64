import * as fc from 'fast-check';
import { eventId, eventSchemas, makeEvent, parseEvent } from '../../../lambdas/order/events';

const order = {
  order_id: '0f8b8f2e-1b1d-4a52-9b0e-6d8f5f3c2a10',
  user: 'john',
  item: 'burger',
  quantity: 5,
  price: '8.5',
};
const source = { time: '2026-01-02T03:04:05.006Z' };

test('an event made again is the same event', () => {
  const event = makeEvent('order.approved', source, order);
  expect(event).toEqual(makeEvent('order.approved', { ...source }, { ...order }));
  expect(event).toMatchObject({ type: 'order.approved', version: 1, time: source.time, ...order });
  expect(event.event_id).toBe(eventId('order.approved', order.order_id));
});

test('an event takes of a payload only what its type carries', () => {
  const charged = { ...makeEvent('order.approved', source, order), amount: '42.5', payment_id: 'p1' };
  expect(Object.keys(makeEvent('settle', source, charged)).sort()).toEqual([
    'event_id',
    'item',
    'order_id',
    'payment_id',
    'time',
    'type',
    'user',
    'version',
  ]);
  expect(makeEvent('settle', source, charged).event_id).not.toBe(charged.event_id);
});

test('each fill, receipt and trade is an event of its own', () => {
  const fill = (trade_sequence: number) =>
    makeEvent('order.filled', source, { ...order, side: 'BUY', remaining: 0, trade_sequence }).event_id;
  expect(fill(1)).not.toBe(fill(2));
  const receipt = (item: string, receipt_id: string) =>
    makeEvent('stock.received', source, { item, delta: 1, receipt_id }).event_id;
  expect(new Set([receipt('a', 'b'), receipt('a', 'c'), receipt('b', 'b')]).size).toBe(3);
});

test('parts of an id do not run into each other', () => {
  void fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 2 }), fc.array(fc.string(), { minLength: 2 }), (one, other) => {
      expect(eventId('t', ...one) === eventId('t', ...other)).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
  );
});

test('what is written is read back', () => {
  const event = makeEvent('allocate', source, { ...order, side: 'SELL', placed_at: '2026-01-02T03:04:05Z' });
  expect(parseEvent(JSON.stringify(event))).toEqual({ ok: true, value: event });
});

test('an unknown type is no fault, and unknown fields are kept out', () => {
  expect(parseEvent('{"type":"order.teleported","version":"x"}')).toEqual({ ok: true, value: undefined });
  const event = makeEvent('order.completed', source, order);
  expect(parseEvent(JSON.stringify({ ...event, colour: 'red' }))).toEqual({ ok: true, value: event });
});

test.each([
  ['nothing', '#', ''],
  ['no JSON', '#', '{'],
  ['no type', '#/type', '{"order_id":"x"}'],
  ['null', '#/type', 'null'],
  ['a known type without its fields', '#/event_id', '{"type":"order.completed"}'],
])('%s is a fault', (_, pointer, text) => {
  const parsed = parseEvent(text);
  expect(parsed).toMatchObject({ ok: false });
  if (!parsed.ok) expect(parsed.faults[0]?.pointer).toBe(pointer);
});

test('an amount is a decimal string, never negative and never an exponent', () => {
  const charged = makeEvent('order.charged', source, { ...order, amount: '42.5', payment_id: 'p1' });
  for (const amount of ['-1', '1e3', '', '1.123456789', 42.5]) {
    expect(parseEvent(JSON.stringify({ ...charged, amount }))).toMatchObject({ ok: false });
  }
});

test('each type stands in the catalogue once, described, with its topic', () => {
  expect(new Set(eventSchemas.map((schema) => schema.shape.type.value)).size).toBe(eventSchemas.length);
  for (const schema of eventSchemas) {
    const place = schema.meta();
    expect(place?.description).toMatch(/\w/);
    expect(['order-events', 'order-commands', 'trades', 'market-data', 'positions']).toContain(place?.topic);
  }
});
