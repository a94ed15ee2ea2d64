import { makeEvent } from '../../lambdas/order/events';
import type { Order } from '../../lambdas/order/order';
import type { OrderStatus } from '../../lambdas/order/status';
import type { Asked } from './picture';
import { createRandom, type Random } from './random';

/** Something that somebody does to the system. */
export type Act =
  | { readonly do: 'post'; readonly orders: readonly Order[] }
  | { readonly do: 'record'; readonly topic: string; readonly value: string | Buffer | null }
  | { readonly do: 'cancel'; readonly order_id: string; readonly user: string }
  | { readonly do: 'stock'; readonly item: string; readonly delta: number; readonly receipt_id: string };

export interface Workload extends Asked {
  /** Item and list price. */
  readonly prices: readonly (readonly [item: string, price: string])[];
  /** Each wave's acts may happen side by side; begin in this order. */
  readonly waves: readonly (readonly Act[])[];
}

const USERS = ['ann', 'bob', 'carl', 'dana', 'eve', 'fred', 'gina', 'hal', 'ivy', 'john', 'kim', 'lee'];
const STOCKED = ['burger', 'fries', 'salad', 'soup', 'pizza', 'pasta', 'taco', 'sushi'];
/** Delivered little by little, in the end enough for all. */
const SCARCE = ['lobster', 'truffle', 'caviar'];
/** Never enough. */
const RARE = 'unicorn';
const UNPRICED = 'mystery';
const listPrices = new Map([...STOCKED, ...SCARCE, RARE].map((item, index) => [item, `${3 + index}.${index}5`]));
const INSTRUMENTS = ['TCS', 'INFY', 'ACME', 'GLOBEX'];
const TOO_MANY = 2_000_000;
/** Orders that are placed together. */
export const WAVE = 250;

type Outcomes = readonly OrderStatus[];

/** Orders of all kinds, and all that people do to them, as a seed says. */
export function planWorkload(seed: number, count: number): Workload {
  const random = createRandom(seed);
  const outcomes = new Map<string, Outcomes>();
  const waves: Act[][] = [];
  const wanted = new Map<string, number>();
  const earlier: Order[] = [];
  const fates = createFates(random, outcomes);

  for (let placed = 0; placed < count; placed += WAVE) {
    const wave: Act[] = [];
    const orders: Order[] = [];
    for (let n = placed; n < Math.min(count, placed + WAVE); n++) {
      const { order, outcomes: may } = anyOrder(random);
      orders.push(order);
      outcomes.set(order.order_id, may);
      if (order.side === undefined) wanted.set(order.item, (wanted.get(order.item) ?? 0) + order.quantity);
    }
    wave.push(...(placed === 0 ? stockOfAll(random) : []), ...placements(random, orders));
    for (const order of [...orders, ...earlier.slice(-WAVE)]) wave.push(...fates(order));
    for (const item of SCARCE) wave.push(receipt(random, item, random.int(1, 40)));
    waves.push(wave);
    earlier.push(...orders);
  }
  waves.at(-1)?.push(...SCARCE.map((item) => receipt(random, item, wanted.get(item) ?? 1)));
  const refusals = poisonEvents();
  waves[0]?.push(
    ...refusals.map(({ topic, value }) => ({ do: 'record', topic, value }) as const),
    ...poisonOrders(random),
  );
  return { outcomes, refusals, prices: [...listPrices], waves };
}

function anyOrder(random: Random): { order: Order; outcomes: Outcomes } {
  const base = { order_id: random.uuid(), user: random.pick(USERS), quantity: random.int(1, 5) };
  const dish = { ...base, item: random.pick(STOCKED) };
  const kinds: readonly [weight: number, () => { order: Order; outcomes: Outcomes }][] = [
    [19, () => ({ order: dish, outcomes: ['completed'] })],
    [19, () => ({ order: { ...dish, price: listPrices.get(dish.item) as string }, outcomes: ['completed'] })],
    [2, () => ({ order: { ...dish, price: random.pick(['0.01', '999']) }, outcomes: ['rejected'] })],
    [1, () => ({ order: { ...dish, side: 'BUY', price: '0.01' }, outcomes: ['rejected'] })],
    [1, () => ({ order: { ...base, item: UNPRICED, price: '0.01' }, outcomes: ['rejected'] })],
    [6, () => ({ order: { ...dish, user: 'declan' }, outcomes: ['declined'] })],
    [10, () => ({ order: { ...base, item: random.pick(SCARCE) }, outcomes: ['completed'] })],
    [2, () => ({ order: { ...base, item: RARE, quantity: random.int(1, 3) }, outcomes: ['backordered', 'completed'] })],
    [2, () => ({ order: { ...base, item: UNPRICED }, outcomes: ['rejected'] })],
    [2, () => ({ order: { ...dish, quantity: TOO_MANY }, outcomes: ['rejected'] })],
    [
      40,
      () => ({
        order: anInstrumentOrder(random, base),
        outcomes: ['resting', 'partially_filled', 'filled', 'cancelled'],
      }),
    ],
  ];
  let left = random.next() * kinds.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of kinds) {
    left -= weight;
    if (left < 0) return make();
  }
  return { order: dish, outcomes: ['completed'] };
}

/** Prices near each other, few users and few instruments: many trades, and many who would trade with themselves. */
const anInstrumentOrder = (random: Random, base: Omit<Order, 'item'>): Order => ({
  ...base,
  item: random.pick(INSTRUMENTS),
  side: random.pick(['BUY', 'SELL']),
  price: `${random.int(95, 105)}.${random.pick(['5', '25', '75'])}`,
  quantity: random.int(1, 50),
});

/** By HTTP in batches, and by producers that know nothing of keys and headers. */
function placements(random: Random, orders: readonly Order[]): Act[] {
  const acts: Act[] = [];
  let batch: Order[] = [];
  const send = () => {
    if (batch.length > 0) acts.push({ do: 'post', orders: batch });
    batch = [];
  };
  for (const order of orders) {
    if (random.chance(0.15)) acts.push({ do: 'record', topic: 'orders', value: JSON.stringify(order) });
    else batch.push(order);
    if (batch.length >= random.int(20, 80)) send();
  }
  send();
  return acts;
}

/** What people do to an order once it is placed, or before it is. Of two bodies and a cancel nobody could say what is to become. */
function createFates(random: Random, outcomes: Map<string, Outcomes>): (order: Order) => Act[] {
  const asked = new Set<string>();
  const may = (id: string, more: Outcomes) => outcomes.set(id, [...new Set([...(outcomes.get(id) ?? []), ...more])]);
  return (order) => {
    const { order_id, user } = order;
    const again: Act[] = random.chance(0.03) ? [{ do: 'record', topic: 'orders', value: JSON.stringify(order) }] : [];
    if (asked.has(order_id)) return again;
    const fate = random.next();
    if (fate < 0.05) {
      asked.add(order_id);
      may(order_id, ['cancelled', 'refunded']);
      return [...again, { do: 'cancel', order_id, user }];
    }
    if (fate < 0.055) {
      asked.add(order_id);
      may(order_id, user === 'declan' ? ['declined'] : ['completed']);
      const rival = { ...order, quantity: order.quantity === 1 ? 2 : 1 };
      return [...again, { do: 'record', topic: 'orders', value: JSON.stringify(rival) }];
    }
    return fate < 0.085 ? [...again, { do: 'cancel', order_id, user: 'mallory' }] : again;
  };
}

const stockOfAll = (random: Random): Act[] => [
  ...STOCKED.map((item) => receipt(random, item, 1_000_000)),
  receipt(random, RARE, 4),
];

const receipt = (random: Random, item: string, delta: number): Act => ({
  do: 'stock',
  item,
  delta,
  receipt_id: random.uuid(),
});

/** Records of `orders` that are no orders; tracker and risk refuse them. */
const poisonOrders = (random: Random): Act[] =>
  [
    'not JSON',
    '{"order_id":',
    '[]',
    '{"user":"john","item":"burger","quantity":1}',
    JSON.stringify({ order_id: random.uuid(), user: 'john', item: 'burger', quantity: 0 }),
    JSON.stringify({ order_id: random.uuid(), user: 'john', item: 'TCS', quantity: 1, side: 'BUY' }),
    Buffer.from([0xff, 0xfe, 0x00]),
    null,
  ].map((value) => ({ do: 'record', topic: 'orders', value }));

/** Records of our own topics that must not be there, and who reads them that far. */
function poisonEvents(): Asked['refusals'] {
  const takesTooMuch = makeEvent(
    'stock.received',
    { time: new Date().toISOString() },
    { item: 'nothing', delta: -1_000, receipt_id: 'too-much' },
  );
  return [
    { topic: 'order-commands', value: '{"type":"allocate","order_id":"nobody"}', consumers: ['inventory'] },
    { topic: 'order-commands', value: '{"type":"allocate","side":"BUY"}', consumers: ['order-book'] },
    { topic: 'order-commands', value: JSON.stringify(takesTooMuch), consumers: ['inventory'] },
    {
      topic: 'order-events',
      value: '{"type":"order.completed","order_id":"nobody"}',
      consumers: ['tracker', 'risk', 'analytics'],
    },
    { topic: 'order-events', value: 'not JSON', consumers: ['tracker'] },
    { topic: 'trades', value: '{"type":"trade.executed","item":"TCS"}', consumers: ['position'] },
  ];
}
