import { FatalRecordError } from '../../../lambdas/errors';
import { deadLetter } from '../../../lambdas/kafka/dead-letter';
import { aRecord, headersOf } from './records';

const verdict = (message: string) => ({
  id: 'l1',
  consumer: 'tracker',
  error: new FatalRecordError('invalid_order', message),
  attempts: 1,
  at: Date.UTC(2026, 0, 2),
});

test('carries the record whole, bytes as they were, and says where it came from and why', () => {
  const record = aRecord({
    partition: 4,
    offset: 17,
    key: Buffer.from([0, 255]),
    value: Buffer.from([254, 1]),
    headers: [
      ['a', Buffer.from('1')],
      ['b', null],
      ['7', Buffer.alloc(0)],
      ['a', Buffer.from('2')],
    ],
  });

  expect(deadLetter('order-tracker-dlq', record, verdict('Not an order'))).toEqual({
    topic: 'order-tracker-dlq',
    key: record.key,
    value: record.value,
    headers: [
      ...record.headers,
      ['dlq-id', 'l1'],
      ['dlq-topic', 'orders'],
      ['dlq-partition', '4'],
      ['dlq-offset', '17'],
      ['dlq-timestamp', '1750000000000'],
      ['dlq-consumer', 'tracker'],
      ['dlq-error-class', 'FatalRecordError'],
      ['dlq-error-code', 'invalid_order'],
      ['dlq-error-message', 'Not an order'],
      ['dlq-attempts', '1'],
      ['dlq-time', '2026-01-02T00:00:00.000Z'],
    ],
  });
});

test('replaces the reasons of an earlier hop', () => {
  const record = aRecord({
    headers: [
      ['dlq-attempts', Buffer.from('7')],
      ['dlq-of-old', Buffer.from('x')],
    ],
  });
  const headers = headersOf(deadLetter('dlq', record, verdict('again')));
  expect(headers).toMatchObject({ 'dlq-attempts': '1' });
  expect(headers).not.toHaveProperty('dlq-of-old');
});

test('cuts a reason at 4 KB, at the border of a character', () => {
  const headers = headersOf(deadLetter('dlq', aRecord(), verdict(`x${'é'.repeat(4_000)}`)));
  const message = String(headers['dlq-error-message']);
  expect(Buffer.byteLength(message)).toBe(4_095);
  expect(message).toBe(`x${'é'.repeat(2_047)}`);
});

test.each(['constructor', 'toString', '__proto__'])('a header may be called %s', (name) => {
  const headers = [[name, Buffer.from('1')] as const, [name, Buffer.from('2')] as const];
  const letter = deadLetter('dlq', aRecord({ headers }), verdict('x'));
  expect(letter.headers?.slice(0, 2)).toEqual(headers);
});
