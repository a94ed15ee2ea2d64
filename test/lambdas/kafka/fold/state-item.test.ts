import { createAnnouncer } from '../../../../lambdas/events/outcome';
import { recordOf } from '../../../../lambdas/kafka/cloud-events';
import { readState, writeState } from '../../../../lambdas/kafka/fold/state-item';
import { makeEvent } from '../../../../lambdas/order/events';

const announce = createAnnouncer('/orderflow/risk', { events: 'order-events', commands: 'order-commands' });
const time = '2026-01-01T00:00:00.000Z';

/** What risk keeps of a placement: its fact, with the two events that it publishes. */
const placed = (number: number) => {
  const order_id = `0b6f6f0e-6f1c-4d53-9a43-${String(number).padStart(12, '0')}`;
  const order = { order_id, user: 'crème', item: 'burger', quantity: 1, price: '4.5' };
  const outcomes = [
    announce.event(makeEvent('order.approved', { time }, order)),
    announce.command(makeEvent('allocate', { time }, order)),
  ];
  return { key: `order#${order_id}/placed`, id: order_id, data: { decision: 'approved', order }, outcomes };
};

test('an outcome that was stored publishes the bytes that it would have published at once', () => {
  const journal = [placed(1), placed(2)];
  const stored = readState(writeState({ version: 1, state: {}, journal }));
  expect(stored).toEqual({ version: 1, state: {}, journal });
  expect(stored.journal.flatMap(({ outcomes }) => outcomes.map(recordOf))).toEqual(
    journal.flatMap(({ outcomes }) => outcomes.map(recordOf)),
  );
  expect(recordOf((journal[0] as ReturnType<typeof placed>).outcomes[1] as never)).toMatchObject({
    topic: 'order-commands',
    key: 'burger',
    value: expect.stringContaining('"type":"allocate"'),
    headers: expect.arrayContaining([
      ['ce_type', 'allocate'],
      ['ce_source', '/orderflow/risk'],
      ['ce_time', time],
    ]),
  });
});

test('a row with what four orders did costs one write unit, which is a kilobyte', () => {
  const { row } = writeState({ version: 9, state: {}, journal: [1, 2, 3, 4].map(placed) });
  expect(row.B?.length).toBeLessThan(900);
});

test('a row that another version wrote says so, and which it is', () => {
  const row = { pk: { S: 'user#a' }, sk: { S: 'state' }, version: { N: '1' }, state: { S: '{}' } };
  expect(() => readState(row)).toThrow('The row user#a state holds no state: another version of the app wrote it');
});
