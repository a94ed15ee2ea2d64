import * as fc from 'fast-check';
import type { ConsumedRecord } from '../../../lambdas/kafka/record';
import type { Row } from '../../../lambdas/kafka/rows/write-rows';
import { digestOf } from '../../../lambdas/order/digest';
import type { Order } from '../../../lambdas/order/order';
import { eventsToldBy } from '../../../lambdas/query/dynamo-order-reader';
import { whichBody } from '../../../lambdas/query/which-body';
import { digestOfRow } from '../../../lambdas/tracker/placement-row';
import { rowsOf } from '../../../lambdas/tracker/rows';
import { createTracker } from '../../../lambdas/tracker/tracker';
import { runs } from '../../runs';
import { chaos, recordOf, World } from '../chaos';
import { anOrder, cancelRequested, orderId, placed, runRisk } from '../risk/risk-run';

const ID = orderId(1);
/** A body without a price, and one that names the list price, are approved with the same content. */
const bodies: readonly Partial<Order>[] = [
  { user: 'john', price: undefined },
  { user: 'john', price: '8.5' },
  { user: 'john', price: '9' },
  { user: 'mary', price: undefined },
  { user: 'mary', quantity: 6, price: '8.5' },
  { user: 'mary', item: 'TCS', side: 'BUY', price: '8.5' },
];
const writers = fc.shuffledSubarray([...bodies], { minLength: 2 });
const cancels = fc.subarray(['john', 'mary']);
const terms = fc.constantFrom({ listPrice: '8.5' }, { listPrice: '8.5', blocked: 'item' as const }, {});

/** What came, in the order in which risk sees it. */
const cameIn = fc
  .tuple(writers, cancels)
  .chain(([placing, asking]) =>
    fc.shuffledSubarray(
      [...placing.map((fields) => placed(1, fields)), ...asking.map((user) => cancelRequested(1, user, false, user))],
      { minLength: placing.length + asking.length },
    ),
  );

/** The tracker's table after these records: its rows by name, the first of a placement's. */
function tracked(records: readonly ConsumedRecord[]): readonly Row[] {
  const tracker = createTracker({
    store: { put: async () => {} },
    log: { info: () => {}, warn: () => {} } as never,
    ordersTopic: 'orders',
  });
  const rows = new Map<string, Row>();
  for (const record of records) {
    for (const row of rowsOf(tracker.split(record).map(({ event }) => event))) {
      const name = String(row.item.sk);
      if (!row.firstWins || !rows.has(name)) rows.set(name, row);
    }
  }
  return [...rows.values()];
}

/** What is seen of the order: its content, and in whose list it stands how often. */
function seen(records: readonly ConsumedRecord[]) {
  const rows = tracked(records);
  const timeline = eventsToldBy(rows.map(({ item }) => ({ events: { S: String(item.events) } })));
  const body = whichBody(ID, timeline);
  const listed = rows
    .filter(({ item: { sk, user } }) => user !== undefined && digestOfRow(String(sk)) === body?.digest)
    .map(({ item }) => item.user);
  return { order: body?.order, listed };
}

test('what is seen of an order is what risk decided, in whatever order and however much of it has come', async () => {
  await fc.assert(
    fc.asyncProperty(cameIn, terms, chaos, fc.gen(), async (records, limits, trouble, choose) => {
      const world = new World(trouble);
      const { events } = await runRisk(records, { world, terms: limits });
      const losers = new Set(events.flatMap((event) => (event.type === 'order.conflicted' ? [event.digest] : [])));
      const isPlacement = ({ topic }: ConsumedRecord) => topic === 'orders';
      const orders = records.filter(isPlacement).map(({ value }) => JSON.parse(String(value)) as Order);
      const winners = orders.filter((order) => !losers.has(digestOf(order)));
      expect(winners).toHaveLength(1);
      const winner = winners[0] as Order;
      const told = events
        .filter(({ type }) => type !== ('allocate' as string) && type !== ('cancel' as string))
        .map((event) => recordOf('order-events', event));
      const all = [...records, ...told];

      const whole = seen(choose(fc.shuffledSubarray, all, { minLength: all.length }));
      expect(whole.listed).toEqual([winner.user]);
      expect({ ...whole.order, price: winner.price }).toEqual(winner);

      const some = choose(fc.shuffledSubarray, all);
      const part = seen(some);
      expect(part.listed.length).toBeLessThanOrEqual(1);
      expect(seen(some.toReversed())).toEqual(part);
      const decided = some.some((record) => /order\.(approved|rejected|cancelled)/.test(String(record.value)));
      if (decided && part.order) expect({ ...part.order, price: winner.price }).toEqual(winner);
      if (decided) expect(part.listed.filter((user) => user !== winner.user)).toEqual([]);
    }),
    { numRuns: runs(200) },
  );
});

test('while risk has not decided, a body that came alone is shown, and of several none', () => {
  const [john, mary] = [placed(1), placed(1, { user: 'mary' })];
  expect(seen([john])).toEqual({ order: anOrder(1), listed: ['john'] });
  expect(seen([john, mary])).toEqual({ order: undefined, listed: [] });
});
