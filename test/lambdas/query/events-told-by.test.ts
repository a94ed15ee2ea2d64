import { eventsToldBy } from '../../../lambdas/query/dynamo-order-reader';

const asked = (time: string, requested_by = 'john') => ({
  event_id: 'cancel-1',
  type: 'order.cancel_requested',
  time,
  data: { requested_by },
});
const row = (...events: object[]) => ({ events: { S: JSON.stringify(events) } });

test('a request that was sent again is told once, as it came first, in whichever rows it stands', () => {
  const rows = [row(asked('2026-01-01T00:00:02Z'), asked('2026-01-01T00:00:03Z')), row(asked('2026-01-01T00:00:01Z'))];
  expect(eventsToldBy(rows)).toEqual([asked('2026-01-01T00:00:01Z')]);
  expect(eventsToldBy(rows.toReversed())).toEqual([asked('2026-01-01T00:00:01Z')]);
});

const placed = (quantity: number, fields: object = {}) => ({
  event_id: 'placed-1',
  type: 'order.placed',
  time: '2026-01-01T00:00:01Z',
  data: { user: 'john', item: 'burger', quantity, ...fields },
});

test('two bodies under one id are told as two, one of them as one whatever the server set', () => {
  expect(eventsToldBy([row(placed(1)), row(placed(2))])).toHaveLength(2);
  expect(eventsToldBy([row(placed(1, { placed_at: 'a' })), row(placed(1, { placed_at: 'b' }))])).toHaveLength(1);
});

test('an event that was told again after a field joined its type is told once', () => {
  const asked = { event_id: 'e', type: 'order.cancelled', time: 't', data: { reason: 'r' } };
  expect(eventsToldBy([row(asked), row({ ...asked, data: { reason: 'r', digest: 'd' } })])).toHaveLength(1);
});
