import Big from 'big.js';
import * as fc from 'fast-check';
import { billingFold, createBilling } from '../../../lambdas/billing/billing';
import type { Posting } from '../../../lambdas/billing/ledger';
import { paymentKey } from '../../../lambdas/billing/payment-key';
import { createAnnouncer } from '../../../lambdas/events/outcome';
import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import { makeEvent, type OrderflowEvent } from '../../../lambdas/order/events';
import { runs } from '../../runs';
import { calm, chaos, deliver, publishedEvents, reader, recordOf, World } from '../chaos';
import { MemoryPaymentGateway } from './memory-payment-gateway';

const announcer = createAnnouncer('/orderflow/billing', { events: 'order-events', commands: 'order-commands' });
const at = { time: '2026-01-02T03:04:05.006Z' };

const orderId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const order = (n: number, fields: { user?: string; price?: string; quantity?: number } = {}) => ({
  order_id: orderId(n),
  user: 'john',
  item: 'burger',
  quantity: 5,
  price: '8.5',
  ...fields,
});
const reserved = (n: number, fields = {}) => makeEvent('order.reserved', at, order(n, fields));
const cancelled = (n: number, fields = {}) =>
  makeEvent('order.cancelled', at, { ...order(n, fields), remaining: 5, reason: 'cancel_requested' });

async function run(events: readonly object[], world = new World(calm)) {
  const gateway = new MemoryPaymentGateway(
    new Set(['dora']),
    () => world.trouble(),
    () => world.turn(),
  );
  const environment = () =>
    createBilling(foldThenWrite(billingFold(gateway, announcer), { store: world.store, publisher: world.publisher }));
  const records = events.map((event) => recordOf('order-events', event));
  await deliver(records, [environment(), environment()], world);
  const published = publishedEvents<OrderflowEvent>(world.publisher);
  const postings = [...world.store.allFacts().values()].flatMap(
    ({ data }) => (data as { postings: readonly Posting[] }).postings,
  );
  return { world, gateway, published, told: published.map(({ type }) => type), postings };
}

const sum = (postings: readonly Posting[], account?: Posting['account']) =>
  postings
    .filter((posting) => account === undefined || posting.account === account)
    .reduce((total, { amount }) => total.plus(amount), Big(0))
    .toFixed();

test('charges a reserved order, tells inventory to settle, and posts both sides', async () => {
  const { published, postings } = await run([reserved(1)]);
  expect(published).toMatchObject([
    { type: 'order.charged', amount: '42.5', quantity: 5, user: 'john' },
    { type: 'settle', item: 'burger', payment_id: `payment-${paymentKey(orderId(1))}` },
  ]);
  expect(postings).toEqual([
    { account: 'payments', amount: '42.5' },
    { account: 'sales', amount: '-42.5' },
  ]);
});

test('a declined payment releases the stock and posts nothing', async () => {
  const { published, postings } = await run([reserved(1, { user: 'dora' })]);
  expect(published).toMatchObject([{ type: 'order.declined', reason: 'payment_declined' }, { type: 'release' }]);
  expect(postings).toEqual([]);
});

test('an order that was charged and then cancelled is paid back', async () => {
  const { published, postings, gateway } = await run([reserved(1), cancelled(1)]);
  expect(published.slice(2)).toMatchObject([{ type: 'order.refunded', amount: '42.5', reason: 'cancel_requested' }]);
  expect(sum(postings, 'payments')).toBe('0');
  expect(gateway.holds(paymentKey(orderId(1)))).toBe('0');
});

test('an order that was cancelled first is never charged', async () => {
  const { told, gateway, postings } = await run([cancelled(1), reserved(1)]);
  expect(told).toEqual([]);
  expect(postings).toEqual([]);
  expect(gateway.charges.size).toBe(0);
});

test('a charge whose answer was lost, and whose cancel came in between, is given back', async () => {
  const world = new World({ ...calm, cuts: [1, 1] });
  const gateway = new MemoryPaymentGateway();
  await gateway.charge({ idempotencyKey: paymentKey(orderId(1)), user: 'john', amount: '42.5' });
  const billing = createBilling(
    foldThenWrite(billingFold(gateway, announcer), { store: world.store, publisher: world.publisher }),
  );
  const records = [cancelled(1), reserved(1)].map((event) => recordOf('order-events', event));
  await deliver(records, [billing, billing], world);
  expect(gateway.holds(paymentKey(orderId(1)))).toBe('0');
});

test('a declined order that is cancelled gets nothing back', async () => {
  const { told } = await run([reserved(1, { user: 'dora' }), cancelled(1, { user: 'dora' })]);
  expect(told).toEqual(['order.declined', 'release']);
});

test('amounts are exact where doubles are not', async () => {
  const { published } = await run([reserved(1, { price: '9007199254.74099301', quantity: 999_999_999 })]);
  expect(published[0]).toMatchObject({ amount: '9007199245733793755.25900699' });
});

test('a gateway that is away holds records up and sends none to the dead letters', async () => {
  const world = new World(calm);
  const down = reader(
    Array.from({ length: 12 }, () => true),
    false,
  );
  const gateway = new MemoryPaymentGateway(new Set(), () => {
    if (down()) throw new Error('503');
  });
  const billing = createBilling(
    foldThenWrite(billingFold(gateway, announcer), { store: world.store, publisher: world.publisher }),
  );
  await deliver([recordOf('order-events', reserved(1))], [billing, billing], world);
  expect(publishedEvents<OrderflowEvent>(world.publisher).map(({ type }) => type)).toEqual(['order.charged', 'settle']);
  expect(world.dead.records).toEqual([]);
});

test('orders with a side are left alone', async () => {
  const { told } = await run([
    { ...reserved(1), side: 'BUY' },
    { ...cancelled(2), side: 'SELL' },
  ]);
  expect(told).toEqual([]);
});

test('an order takes one write, and no item beside its row', async () => {
  const { world } = await run([reserved(1)]);
  expect(world.store.counts).toMatchObject({ saveState: 1, saveFacts: 0 });
});

const anOrder = fc.record({
  user: fc.constantFrom('john', 'dora'),
  price: fc.constantFrom('8.5', '0.00000001', '123456789.12345678'),
  quantity: fc.integer({ min: 1, max: 1_000_000_000 }),
  cancel: fc.boolean(),
});
const shuffled = fc.array(anOrder, { maxLength: 8 }).chain((orders) => {
  const events = orders.flatMap((fields, n) => [reserved(n, fields), ...(fields.cancel ? [cancelled(n, fields)] : [])]);
  return fc
    .subarray(events)
    .chain((again) =>
      fc
        .shuffledSubarray([...events, ...again], { minLength: events.length + again.length })
        .map((all) => ({ orders, all })),
    );
});

test('in any order, under any failure, the books balance and agree with the provider', async () => {
  await fc.assert(
    fc.asyncProperty(shuffled, chaos, async ({ orders, all }, trouble) => {
      const world = new World(trouble);
      const { published, postings, gateway } = await run(all, world);
      expect(world.dead.records).toEqual([]);
      expect(sum(postings)).toBe('0');
      const held = orders.reduce((total, _, n) => total.plus(gateway.holds(paymentKey(orderId(n)))), Big(0));
      expect(sum(postings, 'payments')).toBe(held.toFixed());
      orders.forEach(({ user, price, quantity, cancel }, n) => {
        const expected = user === 'dora' || cancel ? '0' : Big(price).times(quantity).toFixed();
        expect(gateway.holds(paymentKey(orderId(n)))).toBe(expected);
        const told = published.filter((event) => 'order_id' in event && event.order_id === orderId(n));
        const types = told.map(({ type }) => type).sort();
        const settled = user === 'dora' ? ['order.declined', 'release'] : ['order.charged', 'settle'];
        const paidBack = user === 'dora' ? [] : ['order.charged', 'order.refunded', 'settle'];
        expect(cancel ? [[], paidBack, settled] : [settled]).toContainEqual(types);
        if (cancel && user !== 'dora') expect([[], paidBack]).toContainEqual(types);
      });
    }),
    { numRuns: runs(60) },
  );
});
