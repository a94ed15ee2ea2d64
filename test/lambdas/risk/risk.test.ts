import { calm, recordOf, World } from '../chaos';
import { headersOf } from '../kafka/records';
import {
  anOrder,
  cancelled,
  cancelRequested,
  completed,
  declined,
  filled,
  happened,
  orderId,
  placed,
  runRisk,
} from './risk-run';

test('approves an order with its price, and asks for its allocation with the whole of it', async () => {
  const { events, exposure } = await runRisk([placed(1, { placed_at: '2026-01-01T00:00:00Z' })]);
  const order = anOrder(1, { placed_at: '2026-01-01T00:00:00Z' });
  expect(events).toMatchObject([
    { type: 'order.approved', ...order },
    { type: 'allocate', ...order },
  ]);
  expect(exposure()?.notional).toBe('42.5');
});

test('commands are keyed by item, events by order', async () => {
  const { world } = await runRisk([placed(1)]);
  expect(world.publisher.records.map(({ topic, key }) => [topic, key])).toEqual([
    ['order-events', orderId(1)],
    ['order-commands', 'burger'],
  ]);
});

test('an order without a price gets the list price, and is rejected where there is none', async () => {
  const listed = await runRisk([placed(1, { price: undefined })], { terms: { listPrice: '7.25' } });
  expect(listed.events[0]).toMatchObject({ type: 'order.approved', price: '7.25' });
  const unlisted = await runRisk([placed(1, { price: undefined })]);
  expect(unlisted.events).toMatchObject([{ type: 'order.rejected', reason: 'no_price', quantity: 5 }]);
  expect(unlisted.exposure()?.notional).toBe('0');
});

test.each([
  ['user_blocked', { blocked: 'user' as const }, {}],
  ['item_blocked', { blocked: 'item' as const }, {}],
  ['quantity_limit', { maxQuantity: 4 }, {}],
  ['notional_limit', { maxOpenNotional: '42.49' }, {}],
  ['not_held', { maySellShort: false }, { side: 'SELL' as const }],
])('rejects an order for %s', async (reason, terms, fields) => {
  const { events } = await runRisk([placed(1, fields)], { terms });
  expect(events).toMatchObject([{ type: 'order.rejected', reason }]);
});

test('open orders count against the limit until they end', async () => {
  const terms = { maxOpenNotional: '85' };
  const { told, exposure } = await runRisk(
    [placed(1), placed(2), placed(3), completed(1), placed(4), declined(2), cancelled(4, 5)],
    { terms },
  );
  expect(told.filter((text) => text.startsWith('order.'))).toEqual([
    'order.approved 1',
    'order.approved 2',
    'order.rejected 3',
    'order.approved 4',
  ]);
  expect(exposure()).toEqual({ notional: '0', open: {}, items: {}, early: {} });
});

test('a fill gives back its part at the limit price, and a cancel the rest', async () => {
  const buy = { side: 'BUY' as const, price: '10' };
  const some = await runRisk([placed(1, buy), filled(1, 1, 2, 3, { ...buy, price: '9' })]);
  expect(some.exposure()).toMatchObject({ notional: '30', items: { burger: { held: 2, selling: 0 } } });
  const rest = await runRisk([placed(1, buy), filled(1, 1, 2, 3, buy), cancelled(1, 3, buy)]);
  expect(rest.exposure()).toMatchObject({ notional: '0', open: {}, items: { burger: { held: 2, selling: 0 } } });
});

test('who may not sell short sells what they hold, once', async () => {
  const buy = { side: 'BUY' as const };
  const sell = { side: 'SELL' as const, quantity: 3 };
  const { told } = await runRisk([placed(1, buy), filled(1, 1, 5, 0, buy), placed(2, sell), placed(3, sell)], {
    terms: { maySellShort: false },
  });
  expect(told).toEqual(['order.approved 1', 'allocate 1', 'order.approved 2', 'allocate 2', 'order.rejected 3']);
});

test('an event of the same order in another copy changes nothing', async () => {
  const records = [placed(1), completed(1)];
  const { told, exposure } = await runRisk([...records, ...records, ...records]);
  expect(told).toEqual(['order.approved 1', 'allocate 1']);
  expect(exposure()?.notional).toBe('0');
});

test('a request to cancel becomes a command with the whole order, once', async () => {
  const { events, told } = await runRisk([placed(1), cancelRequested(1), cancelRequested(1, 'olga', true)]);
  expect(told).toEqual(['order.approved 1', 'allocate 1', 'cancel 1']);
  expect(events[2]).toMatchObject({ ...anOrder(1) });
});

test('a stranger cannot cancel', async () => {
  const { told, world } = await runRisk([placed(1), cancelRequested(1, 'mallory')]);
  expect(told).toEqual(['order.approved 1', 'allocate 1']);
  expect(world.dead.records).toEqual([]);
});

test("a stranger who says that the order is theirs cannot cancel it either, nor stand in its owner's way", async () => {
  const mallory = cancelRequested(1, 'mallory', false, 'mallory');
  const many = Array.from({ length: 30 }, (_, n) => n + 2).map((n) => placed(n));
  for (const records of [
    [mallory, placed(1)],
    [placed(1), mallory],
    [...many, placed(1), mallory],
  ]) {
    const { told } = await runRisk(records);
    expect(told).toContain('allocate 1');
    expect(told).not.toContain('cancel 1');
    expect(told).not.toContain('order.cancelled 1');
    const { told: then } = await runRisk([...records, cancelRequested(1)]);
    expect(then).toContain('cancel 1');
  }
});

test('an operator who named the wrong owner may name the right one', async () => {
  const { told } = await runRisk([
    placed(1),
    cancelRequested(1, 'olga', true, 'jon'),
    cancelRequested(1, 'olga', true),
  ]);
  expect(told).toContain('cancel 1');
});

test("a request to cancel an order that is over goes to its item's consumer, too, which says that it is", async () => {
  const { told, exposure } = await runRisk([placed(1), completed(1), cancelRequested(1)]);
  expect(told).toContain('cancel 1');
  expect(exposure()?.notional).toBe('0');
});

test('a request to cancel an order that was rejected is refused', async () => {
  const { events } = await runRisk([placed(1), cancelRequested(1)], { terms: { blocked: 'item' } });
  expect(events).toMatchObject([
    { type: 'order.rejected' },
    { type: 'order.cancel_refused', reason: 'rejected', remaining: 5 },
  ]);
});

test('a request that overtook its order cancels it before it is approved', async () => {
  const { events, exposure } = await runRisk([cancelRequested(1), placed(1)]);
  expect(events).toMatchObject([{ type: 'order.cancelled', remaining: 5, reason: 'cancel_requested' }]);
  expect(exposure()?.notional).toBe('0');
});

test('an end that was seen before its order leaves nothing open', async () => {
  const { told, exposure } = await runRisk([completed(1), placed(1)]);
  expect(told).toEqual([]);
  expect(exposure()?.notional).toBe('0');
});

test('fills that were seen before their order count once it comes', async () => {
  const buy = { side: 'BUY' as const, price: '10' };
  const { exposure } = await runRisk([filled(1, 1, 2, 3, buy), placed(1, buy)]);
  expect(exposure()).toMatchObject({ notional: '30', early: {}, items: { burger: { held: 2 } } });
});

test('a second body under an order id is dead-lettered and told on the timeline; the first goes its way', async () => {
  const { told, events, world, exposure } = await runRisk([placed(1), placed(1, { quantity: 6 }), completed(1)]);
  expect(told).toContain('order.approved 1');
  expect(events.filter(({ type }) => type === 'order.conflicted')).toMatchObject([
    { order_id: orderId(1), quantity: 6, reason: 'order_id_conflict' },
  ]);
  expect(world.dead.records.map((record) => headersOf(record)['dlq-error-code'])).toEqual(['order_id_conflict']);
  expect(exposure()?.notional).toBe('0');
});

test("another user's body under the id is a conflict too, in whichever batch it comes", async () => {
  for (const cuts of [[2], [1, 1]]) {
    const { told, exposure } = await runRisk([placed(1), placed(1, { user: 'mallory' })], {
      world: new World({ ...calm, cuts }),
    });
    expect(told.sort()).toEqual(['allocate 1', 'order.approved 1', 'order.conflicted 1']);
    expect(exposure('mallory')).toBeUndefined();
  }
});

test('a body that differs only in what the server set is the same order', async () => {
  const { world, told } = await runRisk([placed(1), placed(1, { placed_at: '2026-01-01T00:00:00Z' })]);
  expect(told).toEqual(['order.approved 1', 'allocate 1']);
  expect(world.dead.records).toEqual([]);
});

test('a row stays small however many orders of its user are open, and all is given back', async () => {
  const many = Array.from({ length: 500 }, (_, n) => n + 1);
  const open = await runRisk(many.map((n) => placed(n)));
  expect(JSON.stringify(open.exposure()).length).toBeLessThan(1_024);
  expect(open.exposure()?.notional).toBe('21250');
  const { exposure } = await runRisk([...many.map((n) => placed(n)), ...many.map((n) => completed(n))]);
  expect(exposure()).toEqual({ notional: '0', open: {}, items: {}, early: {} });
});

test('an order takes a claim, one fact, and at most two writes of its user', async () => {
  const { world } = await runRisk([placed(1), completed(1)], { world: new World({ ...calm, cuts: [1, 1] }) });
  expect(world.store.counts.saveState).toBe(2);
  expect([...world.store.facts.keys()]).toEqual([`order#${orderId(1)}/placed`]);
});

test('names that objects know otherwise are names like any other', async () => {
  const odd = { item: '__proto__', side: 'BUY' as const, user: 'constructor' };
  const { exposure } = await runRisk([placed(1, odd), filled(1, 1, 5, 0, odd)]);
  expect(exposure('constructor')?.notional).toBe('0');
  expect(JSON.stringify(exposure('constructor'))).toContain('"__proto__":{"held":5');
});

test('what cannot be an order or an event leaves; what nobody knows is passed over', async () => {
  const { world, told } = await runRisk([
    recordOf('orders', { user: 'john' }),
    happened({ type: 'order.completed' }),
    happened({ type: 'order.teleported' }),
    happened({ type: 'order.charged' }),
  ]);
  expect(told).toEqual([]);
  expect(world.dead.records.map((record) => headersOf(record)['dlq-error-code'])).toEqual([
    'invalid_order',
    'invalid_event',
    'invalid_event',
  ]);
});
