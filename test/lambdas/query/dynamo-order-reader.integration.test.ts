import { DependencyError } from '../../../lambdas/errors';
import { createDynamoRowStore } from '../../../lambdas/kafka/rows/dynamo-row-store';
import { DynamoOrderReader } from '../../../lambdas/query/dynamo-order-reader';
import { createTracker } from '../../../lambdas/tracker/tracker';
import { aDynamoClient } from '../../dynamo';
import { freshTable } from '../../engines';
import { budgetOf } from '../kafka/budgets';
import { aRecord } from '../kafka/records';

const client = aDynamoClient();
afterAll(() => client.destroy());

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const anOrder = (n: number, fields: object = {}) => ({
  order_id: idOf(n),
  user: 'john',
  item: 'burger',
  quantity: n,
  ...fields,
});

/** A table as the tracker's, filled by the tracker itself, read by the reader. */
async function aTrackedTable() {
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  const table = await freshTable({
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['order_id', 'sk', 'user', 'listed_at'].map(attribute),
    KeySchema: keys('order_id', 'sk'),
    GlobalSecondaryIndexes: [
      { IndexName: 'by-user', KeySchema: keys('user', 'listed_at'), Projection: { ProjectionType: 'ALL' } },
    ],
  });
  const store = createDynamoRowStore(client, table, ['order_id', 'sk']);
  const tracker = createTracker({ store, log: { info: () => {} }, ordersTopic: 'orders' });
  const track = async (value: object, timestamp: number, topic = 'orders') => {
    const record = aRecord({ topic, timestamp, value: Buffer.from(JSON.stringify(value)) });
    const errors = await tracker.effect.absorb(tracker.split(record), budgetOf(3));
    expect(errors.every((error) => error === undefined)).toBe(true);
  };
  return { reader: new DynamoOrderReader(client, table), track };
}

describe('DynamoOrderReader', () => {
  it('reads the timeline that the tracker wrote, in time order, with what each event carries', async () => {
    const { reader, track } = await aTrackedTable();
    const approved = {
      event_id: idOf(99),
      version: 1,
      time: '2026-11-21T10:00:00.500Z',
      type: 'order.approved',
      ...anOrder(1, { price: '4.5' }),
    };
    await track(approved, Date.parse('2026-11-21T10:00:02.000Z'), 'order-events');
    await track(anOrder(1), Date.parse('2026-11-21T10:00:00.000Z'));
    await track(anOrder(2), Date.parse('2026-11-21T10:00:01.000Z'));
    expect(await reader.timeline(idOf(1))).toMatchObject([
      { type: 'order.placed', time: '2026-11-21T10:00:00.000Z', data: anOrder(1) },
      { type: 'order.approved', event_id: idOf(99), time: '2026-11-21T10:00:00.500Z', data: { price: '4.5' } },
    ]);
    expect(await reader.timeline(idOf(3))).toEqual([]);
  });

  it("pages through a user's orders by Kafka's clock, newest first, each once", async () => {
    const { reader, track } = await aTrackedTable();
    for (let n = 1; n <= 5; n++) await track(anOrder(n), 1_750_000_000_000 + n);
    await track(anOrder(9, { user: 'mary' }), 1_750_000_000_009);
    const pages: string[][] = [];
    let next: Awaited<ReturnType<typeof reader.ordersOf>>['next'];
    do {
      const page = await reader.ordersOf('john', 2, next);
      pages.push(page.bodies.map(({ orderId }) => orderId));
      next = page.next;
    } while (next);
    expect(pages.flat()).toEqual([5, 4, 3, 2, 1].map(idOf));
    expect(pages[0]).toHaveLength(2);
  });

  it('says that DynamoDB is away', async () => {
    const reader = new DynamoOrderReader(client, 'no-such-table');
    await expect(reader.timeline(idOf(1))).rejects.toThrow(DependencyError);
  });
});
