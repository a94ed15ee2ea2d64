import * as fc from 'fast-check';
import { createEventAnnouncer } from '../../../lambdas/events/outcome';
import { createInventory, inventoryFold } from '../../../lambdas/inventory/inventory';
import type { Stock } from '../../../lambdas/inventory/stock';
import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import { makeEvent, type OrderflowEvent } from '../../../lambdas/order/events';
import { compactId } from '../../../lambdas/order/ids';
import { runs } from '../../runs';
import { calm, chaos, deliver, publishedEvents, recordOf, World } from '../chaos';
import { headersOf } from '../kafka/records';
import { modelOf } from './model';

const announcer = createEventAnnouncer('/orderflow/inventory', 'order-events');
const at = { time: '2026-01-02T03:04:05.006Z' };

const orderId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const order = (n: number, quantity: number, item = 'burger') => ({
  order_id: orderId(n),
  user: 'john',
  item,
  quantity,
  price: '8.5',
});
const allocate = (n: number, quantity: number) => makeEvent('allocate', at, order(n, quantity));
const cancel = (n: number, quantity: number) => makeEvent('cancel', at, order(n, quantity));
const settle = (n: number) => makeEvent('settle', at, { ...order(n, 1), payment_id: 'p' });
const release = (n: number) => makeEvent('release', at, { ...order(n, 1), payment_id: 'p' });
const stock = (delta: number, receipt_id: string) =>
  makeEvent('stock.received', at, { item: 'burger', delta, receipt_id });

const environment = (world: World, ordersInRow?: number) =>
  createInventory(
    foldThenWrite(inventoryFold(announcer, ordersInRow), { store: world.store, publisher: world.publisher }),
  );

async function run(commands: readonly object[], world = new World(calm), ordersInRow?: number) {
  const records = commands.map((command) => recordOf('order-commands', command));
  await deliver(records, [environment(world, ordersInRow), environment(world, ordersInRow)], world);
  const events = publishedEvents<OrderflowEvent>(world.publisher);
  const told = events.map((event) => `${event.type} ${'order_id' in event ? Number(event.order_id.slice(-4)) : ''}`);
  return { world, events, told, stock: world.store.state('item#burger')?.state as Stock };
}

test('reserves what is there, and ships it once it is paid', async () => {
  const { told, stock: left } = await run([stock(10, 'r1'), allocate(1, 4), settle(1)]);
  expect(told).toEqual(['order.reserved 1', 'order.completed 1']);
  expect(left).toMatchObject({ available: 6, reserved: 0 });
});

test('the same receipt counts once, whatever delta it claims', async () => {
  const { stock: left } = await run([stock(10, 'r1'), stock(10, 'r1'), stock(99, 'r1'), stock(1, 'r2')]);
  expect(left.available).toBe(11);
});

test('whoever waits is served first, oldest first, and nobody overtakes', async () => {
  const { told } = await run([
    stock(3, 'r1'),
    allocate(1, 5),
    allocate(2, 2),
    allocate(3, 1),
    stock(4, 'r2'),
    stock(1, 'r3'),
  ]);
  expect(told).toEqual([
    'order.backordered 1',
    'order.backordered 2',
    'order.backordered 3',
    'order.reserved 1',
    'order.reserved 2',
    'order.reserved 3',
  ]);
});

test('a released reservation goes to those who wait', async () => {
  const { told, stock: left } = await run([stock(5, 'r'), allocate(1, 5), allocate(2, 3), release(1)]);
  expect(told).toEqual(['order.reserved 1', 'order.backordered 2', 'order.reserved 2']);
  expect(left).toMatchObject({ available: 2, reserved: 3 });
});

test('a cancel frees what is reserved, and is refused once it is paid', async () => {
  const early = await run([stock(5, 'r'), allocate(1, 5), cancel(1, 5), settle(1)]);
  expect(early.told).toEqual(['order.reserved 1', 'order.cancelled 1']);
  expect(early.stock).toMatchObject({ available: 5, reserved: 0 });

  const late = await run([stock(5, 'r'), allocate(1, 5), settle(1), cancel(1, 5)]);
  expect(late.told).toEqual(['order.reserved 1', 'order.completed 1', 'order.cancel_refused 1']);
});

test('a cancel that overtook its allocation cancels it when that comes, and claims nothing', async () => {
  const { told, stock: left } = await run([stock(5, 'r'), cancel(1, 5), allocate(1, 5)]);
  expect(told).toEqual(['order.cancelled 1']);
  expect(left).toMatchObject({ available: 5, reserved: 0 });
});

test('one that waits in front and is cancelled makes room for who stands behind', async () => {
  const { told } = await run([stock(3, 'r'), allocate(1, 5), allocate(2, 2), cancel(1, 5)]);
  expect(told).toEqual(['order.backordered 1', 'order.backordered 2', 'order.cancelled 1', 'order.reserved 2']);
});

test('one that waits in the middle and is cancelled is passed over', async () => {
  const { told, stock: left } = await run([
    allocate(1, 1),
    allocate(2, 2),
    allocate(3, 3),
    cancel(2, 2),
    stock(4, 'r'),
  ]);
  expect(told.slice(3)).toEqual(['order.cancelled 2', 'order.reserved 1', 'order.reserved 3']);
  expect(left).toMatchObject({ available: 0, reserved: 4, head: 3, tail: 3 });
});

test('a settled order that the row kept leaves it, and leaves no fact but its allocation', async () => {
  const { world, stock: left } = await run([stock(5, 'r'), allocate(1, 1), allocate(2, 1), settle(1), settle(1)]);
  expect(left.open).toEqual([compactId(orderId(2))]);
  expect([...world.store.facts.keys()].filter((key) => key.startsWith(`order#${orderId(1)}`))).toEqual([
    `order#${orderId(1)}/allocate`,
  ]);
});

test('a settle that comes again in an environment without memory tells the same again', async () => {
  const world = new World(calm);
  const settled = recordOf('order-commands', settle(1));
  const before = [stock(5, 'r'), allocate(1, 1)].map((command) => recordOf('order-commands', command));
  await deliver([...before, settled], [environment(world), environment(world)], world);
  await deliver([settled], [environment(world), environment(world)], world);
  const told = world.publisher.records.filter(({ value }) => value?.includes('order.completed'));
  expect(told).toHaveLength(2);
  expect(told[1]).toEqual(told[0]);
});

test('stock that orders have a claim to cannot be taken away', async () => {
  const { world, stock: left } = await run([stock(5, 'r1'), allocate(1, 3), stock(-3, 'r2'), stock(-2, 'r3')]);
  expect(world.dead.records.map((record) => headersOf(record)['dlq-error-code'])).toEqual(['stock_too_low']);
  expect(left).toMatchObject({ available: 0, reserved: 3 });
});

test('a delivery that serves thousands goes on in steps, in order', async () => {
  const waiting = Array.from({ length: 1_234 }, (_, n) => allocate(n, 1));
  const { told, stock: left } = await run([...waiting, stock(1_200, 'r')]);
  expect(told.slice(1_234)).toEqual(waiting.slice(0, 1_200).map((_, n) => `order.reserved ${n}`));
  expect(left).toMatchObject({ available: 0, reserved: 1_200, head: 1_200, tail: 1_234 });
});

test('orders with a side and unknown types are left alone', async () => {
  const sided = makeEvent('allocate', at, { ...order(1, 1), side: 'BUY' });
  const { told, world } = await run([sided, { type: 'stock.counted' }]);
  expect(told).toEqual([]);
  expect(world.dead.records).toEqual([]);
});

const anOrder = fc.record({
  quantity: fc.integer({ min: 1, max: 5 }),
  fate: fc.constantFrom('wait', 'settle', 'release', 'cancel', 'settle+cancel', 'release+cancel'),
});
const receipts = fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 5 });

/** Commands as their writers would have written them, were there only one of each. */
const commands = fc.tuple(fc.array(anOrder, { maxLength: 12 }), receipts).map(([orders, deltas]): OrderflowEvent[] => [
  ...deltas.map((delta, index) => stock(delta, `r${index}`)),
  ...orders.flatMap(({ quantity, fate }, n) => [
    allocate(n, quantity),
    ...fate.split('+').flatMap((what): OrderflowEvent[] => {
      if (what === 'settle') return [settle(n)];
      if (what === 'release') return [release(n)];
      return what === 'cancel' ? [cancel(n, quantity)] : [];
    }),
  ]),
]);

const shuffledCommands = commands.chain((all) => {
  const copies = fc.subarray(all);
  return copies.chain((some) => fc.shuffledSubarray([...all, ...some], { minLength: all.length + some.length }));
});

const inRow = fc.constantFrom(0, 2, 20);

test('in any order of commands, under any failure, the state is that of a sequential model', async () => {
  await fc.assert(
    fc.asyncProperty(shuffledCommands, chaos, inRow, async (all, trouble, ordersInRow) => {
      const { told, stock: left } = await run(all, new World(trouble), ordersInRow);
      const model = modelOf(all);
      expect(left ?? { available: 0, reserved: 0 }).toMatchObject({
        available: model.available,
        reserved: model.reserved,
      });
      expect([...told].sort()).toEqual(model.told.sort());
    }),
    { numRuns: runs(60) },
  );
});

test('under any failure, cut and zombie, stock is conserved, never negative, and no order ends twice', async () => {
  await fc.assert(
    fc.asyncProperty(shuffledCommands, chaos, inRow, async (all, trouble, ordersInRow) => {
      const world = new World(trouble, {
        refuse: (_, { state }) => {
          const { available, reserved, head, tail } = state as Stock;
          expect(Math.min(available, reserved, tail - head)).toBeGreaterThanOrEqual(0);
        },
      });
      const { events, stock: left } = await run(all, world, ordersInRow);
      expect(world.dead.records).toEqual([]);
      const ids = new Set(all.map((command) => command.event_id));
      const deltas = [...ids].map((id) => all.find((command) => command.event_id === id));
      const received = deltas.reduce((sum, one) => sum + (one?.type === 'stock.received' ? one.delta : 0), 0);
      const shipped = events.reduce((sum, one) => sum + (one.type === 'order.completed' ? one.quantity : 0), 0);
      expect((left?.available ?? 0) + (left?.reserved ?? 0) + shipped).toBe(received);
      const ended = events.filter(({ type }) => type === 'order.completed' || type === 'order.cancelled');
      const endedOrders = ended.map((event) => ('order_id' in event ? event.order_id : ''));
      expect(new Set(endedOrders).size).toBe(endedOrders.length);
    }),
    { numRuns: runs(60) },
  );
});
