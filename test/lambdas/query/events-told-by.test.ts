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

test('what two bodies say under one id is told twice', () => {
  const time = '2026-01-01T00:00:01Z';
  expect(eventsToldBy([row(asked(time)), row(asked(time, 'mary'))])).toHaveLength(2);
});
