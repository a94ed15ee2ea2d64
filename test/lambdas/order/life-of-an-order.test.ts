import Big from 'big.js';
import * as fc from 'fast-check';
import { billingFold, createBilling } from '../../../lambdas/billing/billing';
import type { Posting } from '../../../lambdas/billing/ledger';
import { createAnnouncer } from '../../../lambdas/events/outcome';
import { createInventory, inventoryFold } from '../../../lambdas/inventory/inventory';
import type { Stock } from '../../../lambdas/inventory/stock';
import type { Consumer } from '../../../lambdas/kafka/consume';
import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import type { ConsumedRecord } from '../../../lambdas/kafka/record';
import { makeEvent, type OrderflowEvent } from '../../../lambdas/order/events';
import { type OrderStatus, statusOf } from '../../../lambdas/order/status';
import { admit } from '../../../lambdas/risk/admit';
import type { Exposure } from '../../../lambdas/risk/exposure';
import { createRisk, riskFold } from '../../../lambdas/risk/risk';
import { defaultTerms } from '../../../lambdas/risk/terms';
import { runs } from '../../runs';
import { MemoryPaymentGateway } from '../billing/memory-payment-gateway';
import { type Chaos, calm, chaos, deliver, publishedEvents, reader, recordOf, World } from '../chaos';
import { MemoryClaims } from '../risk/risk-run';

const announce = createAnnouncer('/test', { events: 'order-events', commands: 'order-commands' });
const at = { time: '2026-01-02T03:04:05.006Z' };
const orderId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Risk, inventory and billing, joined by topics that a script hands out in pieces. */
class Pipeline {
  readonly worlds: Record<string, World>;
  readonly gateway: MemoryPaymentGateway;
  readonly #consumers: readonly {
    topics: readonly string[];
    pair: readonly [Consumer<never>, Consumer<never>];
    world: World;
  }[];
  readonly #log = new Map<string, ConsumedRecord[]>();
  readonly #read = new Map<string, number>();
  readonly #copies = new Map<string, number>();

  constructor(trouble: Chaos) {
    const risk = new World(trouble);
    const inventory = new World(trouble);
    const billing = new World(trouble);
    this.worlds = { risk, inventory, billing };
    this.gateway = new MemoryPaymentGateway(new Set(['dora']), () => billing.trouble());
    const claims = new MemoryClaims(risk);
    const configuration = {
      termsOf: async (orders: readonly unknown[]) => orders.map(() => ({ ...defaultTerms, listPrice: '8.5' })),
    };
    const risks = () =>
      createRisk(
        admit(foldThenWrite(riskFold(announce), risk), { claims, configuration, publisher: risk.publisher, announce }),
        'orders',
      );
    const stocks = () => createInventory(foldThenWrite(inventoryFold(announce), inventory));
    const bills = () => createBilling(foldThenWrite(billingFold(this.gateway, announce), billing));
    const pair = (make: () => unknown) => [make(), make()] as unknown as readonly [Consumer<never>, Consumer<never>];
    this.#consumers = [
      { topics: ['orders', 'order-events'], pair: pair(risks), world: risk },
      { topics: ['order-commands'], pair: pair(stocks), world: inventory },
      { topics: ['order-events'], pair: pair(bills), world: billing },
    ];
  }

  /** Lets consumers read what there is, in a random order of topics, until nobody has anything to read. */
  async run(records: readonly ConsumedRecord[], turns: readonly number[]): Promise<void> {
    this.#append(records);
    const turn = reader(turns, 0);
    const published = new Map(Object.values(this.worlds).map((world) => [world, 0]));
    for (;;) {
      const open = this.#consumers.flatMap((consumer, number) =>
        consumer.topics.flatMap((topic) => {
          const group = `${number}.${topic}`;
          const all = this.#log.get(topic) ?? [];
          const from = this.#read.get(group) ?? 0;
          return from < all.length ? [{ ...consumer, group, from, all }] : [];
        }),
      );
      const next = open[turn() % Math.max(1, open.length)];
      if (!next) return;
      const to = Math.min(next.all.length, next.from + 1 + (turn() % 7));
      await deliver(next.all.slice(next.from, to), next.pair, next.world);
      this.#read.set(next.group, to);
      for (const [world, known] of published) {
        const fresh = world.publisher.records.slice(known);
        published.set(world, known + fresh.length);
        this.#append(fresh.map(({ topic, value }) => recordOf(topic, JSON.parse(String(value)) as object)));
      }
    }
  }

  /** Each repeat is published again by whoever reads it, and so on downstream: three copies of a record show all there is. */
  #append(records: readonly ConsumedRecord[]): void {
    for (const record of records) {
      const name = `${record.topic} ${record.value}`;
      const copies = (this.#copies.get(name) ?? 0) + 1;
      this.#copies.set(name, copies);
      if (copies > 3) continue;
      const log = this.#log.get(record.topic);
      if (log) log.push(record);
      else this.#log.set(record.topic, [record]);
    }
  }

  events() {
    return Object.values(this.worlds).flatMap((world) =>
      publishedEvents<Extract<OrderflowEvent, { order_id: string }>>(world.publisher),
    );
  }

  status(n: number): OrderStatus {
    return statusOf(this.events().filter((event) => event.order_id === orderId(n)));
  }
}

const anOrder = fc.record({
  user: fc.constantFrom('john', 'dora', 'jane'),
  item: fc.constantFrom('burger', 'fries'),
  quantity: fc.integer({ min: 1, max: 4 }),
  cancel: fc.boolean(),
});
const scene = fc.record({
  orders: fc.array(anOrder, { maxLength: 8 }),
  stock: fc.array(fc.record({ item: fc.constantFrom('burger', 'fries'), delta: fc.integer({ min: 1, max: 8 }) }), {
    maxLength: 4,
  }),
  turns: fc.array(fc.nat(100), { maxLength: 120 }),
  shuffle: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
});
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

function recordsOf({ orders, stock, shuffle }: Scene): ConsumedRecord[] {
  const records = [
    ...orders.map(({ cancel: _, ...order }, n) => recordOf('orders', { order_id: orderId(n), ...order })),
    ...orders.flatMap(({ user, cancel }, n) =>
      cancel
        ? [
            recordOf(
              'order-events',
              makeEvent('order.cancel_requested', at, {
                order_id: orderId(n),
                user,
                requested_by: user,
                operator: false,
              }),
            ),
          ]
        : [],
    ),
    ...stock.map(({ item, delta }, n) =>
      recordOf('order-commands', makeEvent('stock.received', at, { item, delta, receipt_id: `r${n}` })),
    ),
  ];
  return records
    .map((record, index) => ({ record, rank: shuffle[index] ?? 0 }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ record }) => record);
}

async function check(scene: Scene, trouble: Chaos): Promise<void> {
  const pipeline = new Pipeline(trouble);
  await pipeline.run(recordsOf(scene), scene.turns);
  const { risk, inventory, billing } = pipeline.worlds as Record<'risk' | 'inventory' | 'billing', World>;
  for (const world of [risk, inventory, billing]) expect(world.dead.records).toEqual([]);

  const statuses = scene.orders.map((_, n) => pipeline.status(n));
  scene.orders.forEach((order, n) => {
    const possible: OrderStatus[] = order.user === 'dora' ? ['declined', 'backordered'] : ['completed', 'backordered'];
    expect([...possible, ...(order.cancel ? ['cancelled', 'refunded'] : [])]).toContain(statuses[n]);
    if (order.cancel) expect(statuses[n]).not.toBe('backordered');
  });

  for (const item of ['burger', 'fries']) {
    const received = scene.stock.reduce((sum, one) => sum + (one.item === item ? one.delta : 0), 0);
    const shipped = scene.orders.reduce(
      (sum, order, n) => sum + (order.item === item && statuses[n] === 'completed' ? order.quantity : 0),
      0,
    );
    const left = inventory.store.state(`item#${item}`)?.state as Stock | undefined;
    expect((left?.available ?? 0) + shipped).toBe(received);
    expect(left?.reserved ?? 0).toBe(0);
    const waiting = scene.orders.filter((order, n) => order.item === item && statuses[n] === 'backordered');
    // Nobody waits whose turn it is and for whom there is enough.
    if (waiting.length > 0) {
      expect(Math.max(...waiting.map(({ quantity }) => quantity))).toBeGreaterThan(left?.available ?? 0);
    }
  }

  const postings = [...billing.store.allFacts().values()].flatMap(
    ({ data }) => (data as { postings: readonly Posting[] }).postings,
  );
  const of = (account: string) =>
    postings.filter((one) => one.account === account).reduce((sum, { amount }) => sum.plus(amount), Big(0));
  const earned = scene.orders.reduce(
    (sum, { quantity }, n) => (statuses[n] === 'completed' ? sum.plus(Big('8.5').times(quantity)) : sum),
    Big(0),
  );
  expect(of('payments').toFixed()).toBe(earned.toFixed());
  expect(of('sales').toFixed()).toBe(earned.neg().toFixed());

  for (const user of ['john', 'dora', 'jane']) {
    const open = scene.orders.reduce(
      (sum, order, n) =>
        order.user === user && statuses[n] === 'backordered' ? sum.plus(Big('8.5').times(order.quantity)) : sum,
      Big(0),
    );
    const exposure = risk.store.state(`user#${user}`)?.state as Exposure | undefined;
    expect(exposure?.notional ?? '0').toBe(open.toFixed());
  }
}

test('an order walks from approval to completion, a declined one gives its stock back, a backorder is filled', async () => {
  const pipeline = new Pipeline(calm);
  const order = (n: number, user: string) =>
    recordOf('orders', { order_id: orderId(n), user, item: 'burger', quantity: 3 });
  const stock = (delta: number, receipt_id: string) =>
    recordOf('order-commands', makeEvent('stock.received', at, { item: 'burger', delta, receipt_id }));
  await pipeline.run([stock(3, 'r1')], []);
  await pipeline.run([order(1, 'dora')], []);
  await pipeline.run([order(2, 'john')], []);
  await pipeline.run([order(3, 'jane')], []);
  expect([1, 2, 3].map((n) => pipeline.status(n))).toEqual(['declined', 'completed', 'backordered']);
  await pipeline.run([stock(5, 'r2')], []);
  expect(pipeline.status(3)).toBe('completed');
  expect(
    pipeline
      .events()
      .filter(({ order_id }) => order_id === orderId(2))
      .map(({ type }) => type),
  ).toEqual(['order.approved', 'allocate', 'order.reserved', 'order.completed', 'order.charged', 'settle']);
});

test('whatever fails and in whatever order topics are read: stock, money and exposure add up, and every order rests', async () => {
  await fc.assert(fc.asyncProperty(scene, chaos, check), { numRuns: runs(25) });
});
