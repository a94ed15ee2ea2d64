import { randomUUID } from 'node:crypto';
import type { OrderList, OrderView } from '../../lambdas/api/schemas';
import { runBounded } from '../../lambdas/kafka/run-bounded';
import { connectSender } from '../../local/mapping/kafkajs-send';
import type { RunningSystem } from '../../local/up';
import { untilSettled } from './settled';
import { createWholeSystem, type WholeSystem } from './whole-system';

const ORDERS = 30;
const ITEM = 'burger';
const PRICE = '5.5';
const WRITERS = ['john', 'mary'] as const;
const ids = Array.from({ length: ORDERS }, () => randomUUID());
const glimpses: OrderView[] = [];

jest.setTimeout(240_000);

let whole: WholeSystem;
let system: RunningSystem;

const call = async (path: string, method = 'GET', body?: object) =>
  fetch(`${system.endpoints.api}${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
const view = async (id: string) => (await (await call(`/orders/${id}`)).json()) as OrderView;

/** One by HTTP and one by a producer without keys, both at once, and both ask to cancel as soon as they have ordered. */
async function race(id: string, send: (body: object) => Promise<unknown>): Promise<void> {
  const order = (user: string) => ({ order_id: id, user, item: ITEM, quantity: 1, price: PRICE });
  const cancel = (user: string) => call(`/orders/${id}/cancel`, 'POST', { user });
  await Promise.all([
    call('/orders', 'POST', order('john')).then(() => cancel('john')),
    send(order('mary')).then(() => cancel('mary')),
    look(id),
  ]);
}

async function look(id: string): Promise<void> {
  for (let times = 0; times < 5; times++) {
    const seen = await view(id);
    if (seen.timeline) glimpses.push(seen);
  }
}

beforeAll(async () => {
  whole = await createWholeSystem(() => {});
  system = await whole.start();
  await call(`/items/${ITEM}`, 'PUT', { price: PRICE });
  const sender = await connectSender(system.endpoints.kafka);
  await runBounded(ids, 4, (id) =>
    race(id, (body) => sender.send({ topic: 'orders', key: null, value: JSON.stringify(body) })),
  );
  await untilSettled(system, (group) => !group.startsWith('audit'), 240_000);
  await sender.close();
}, 480_000);

afterAll(async () => {
  await system?.stop();
  await whole?.remove();
}, 60_000);

/** Who placed the body that was not told to conflict. */
const ownerOf = ({ timeline }: OrderView) => {
  const loser = timeline.find(({ type }) => type === 'order.conflicted')?.data.user;
  return WRITERS.find((user) => user !== loser);
};

const DECIDED = ['order.approved', 'order.rejected', 'order.cancelled'];

it('shows each order as the body that risk let have the id, whatever became of it', async () => {
  const views = await Promise.all(ids.map(view));
  const owners = new Map(views.map((one) => [one.order_id, ownerOf(one)]));
  for (const one of views) {
    expect(one.timeline.filter(({ type }) => type === 'order.placed')).toHaveLength(2);
    expect([one.order_id, one.order?.user]).toEqual([one.order_id, owners.get(one.order_id)]);
  }
  for (const one of glimpses) {
    if (!one.order || !one.timeline.some(({ type }) => DECIDED.includes(type))) continue;
    expect([one.order_id, one.order.user]).toEqual([one.order_id, owners.get(one.order_id)]);
  }
});

it('lists each order once, in its owner’s list', async () => {
  const owners = new Map((await Promise.all(ids.map(view))).map((one) => [one.order_id, ownerOf(one)]));
  const listed = (await Promise.all(WRITERS.map(async (user) => (await listOf(user)).map((id) => [id, user])))).flat();
  expect(listed.sort()).toEqual([...owners].sort());
});

async function listOf(user: string): Promise<string[]> {
  const all: string[] = [];
  let cursor: string | undefined;
  do {
    const page: OrderList = (await (
      await call(`/orders?user=${user}&limit=7${cursor ? `&cursor=${cursor}` : ''}`)
    ).json()) as OrderList;
    all.push(...page.orders.map(({ order_id }) => order_id));
    cursor = page.next_cursor;
  } while (cursor);
  return all;
}
