import { rowsOf, type TrackedEvent } from '../../../lambdas/tracker/rows';

const anEvent = (order_id: string, event_id: string): TrackedEvent => ({
  order_id,
  event_id,
  type: 'order.approved',
  time: '2026-01-02T03:04:05.000Z',
  data: { quantity: 5 },
});
const told = (rows: ReturnType<typeof rowsOf>) =>
  rows.map(({ item }) => (JSON.parse(String(item.events)) as TrackedEvent[]).map(({ event_id }) => event_id));

test("an order's events of a batch are one row, in the order they came; another order has its own", () => {
  const rows = rowsOf([anEvent('a', '2'), anEvent('b', '9'), anEvent('a', '1')]);
  expect(rows.map(({ item }) => item.order_id)).toEqual(['a', 'b']);
  expect(told(rows)).toEqual([['2', '1'], ['9']]);
});

test('the same set has the same name however it came, a subset another: a repeat in another cut replaces nothing', () => {
  const name = (...ids: string[]) => rowsOf(ids.map((id) => anEvent('a', id))).map(({ item }) => item.sk);
  expect(name('1', '2')).toEqual(name('2', '1'));
  expect(new Set([name('1', '2'), name('1'), name('2'), name('1', '2', '3')].flat()).size).toBe(4);
});

test('a placement has a row of its own, with what lists it', () => {
  const placement = { sk: 'placed#x', listing: { user: 'john', listed_at: '1#a' } };
  const rows = rowsOf([{ ...anEvent('a', '0'), placement }, anEvent('a', '1')]);
  expect(rows).toMatchObject([{ firstWins: true, item: { sk: 'placed#x', user: 'john' } }, { item: { sk: '1' } }]);
});

test('more events than an item holds go into several', () => {
  const rows = rowsOf(Array.from({ length: 250 }, (_, index) => anEvent('a', String(index))));
  expect(told(rows).map((ids) => ids.length)).toEqual([100, 100, 50]);
});
