import { deflateRawSync } from 'node:zlib';
import { billingFold } from '../../lambdas/billing/billing';
import { createAnnouncer } from '../../lambdas/events/outcome';
import { inventoryFold } from '../../lambdas/inventory/inventory';
import type { Facts } from '../../lambdas/kafka/fold/fold';
import { readState } from '../../lambdas/kafka/fold/state-item';
import { makeEvent } from '../../lambdas/order/events';
import { readChanges, readDepth, readHead } from '../../lambdas/order-book/book-rows';
import { positionFold } from '../../lambdas/position/position';
import { riskFold } from '../../lambdas/risk/risk';

/** Rows as today's version writes them, word for word: whatever comes later must read them, and go on from there. */

const announce = createAnnouncer('/orderflow/test', { events: 'order-events', commands: 'order-commands' });
const at = { time: '2026-01-02T03:04:05.006Z' };
const order = {
  order_id: '0b8e7f3c-5a51-4c0f-9d0e-3f6f0d5d9a11',
  user: 'john',
  item: 'TCS',
  quantity: 5,
  price: '8.5',
  side: 'SELL' as const,
};
const stored = (row: string) => {
  const { state, journal } = readState({ version: { N: '7' }, row: { B: deflateRawSync(row) } });
  const facts: Facts = new Map(journal.map(({ key, data }) => [key, data]));
  return { state: state as never, facts };
};

test("risk: a user's exposure and an order's placement", () => {
  const { state, facts } = stored(
    '{"state":{"notional":"42.5","open":{"C45_PFpRTA-dDj9vDV2aEQ":5},"items":{"TCS":{"held":2,"selling":5}},"early":{},"overtaken":true},' +
      `"journal":[{"key":"order#${order.order_id}/placed","id":"x","outcomes":[],` +
      `"data":{"decision":"approved","order":${JSON.stringify(order)},"kept":"row"}}]}`,
  );
  const filled = makeEvent('order.filled', at, { ...order, quantity: 3, remaining: 2, trade_sequence: 1 });
  expect(riskFold(announce).apply(state, filled, facts, '').state).toEqual({
    notional: '17',
    open: { 'C45_PFpRTA-dDj9vDV2aEQ': 2 },
    items: { TCS: { held: -1, selling: 2 } },
    early: {},
    overtaken: true,
  });
});

test("inventory: an item's stock and an order's allocation", () => {
  const { state, facts } = stored(
    '{"state":{"available":1,"reserved":5,"head":3,"tail":3,"open":["C45_PFpRTA-dDj9vDV2aEQ"]},' +
      `"journal":[{"key":"order#${order.order_id}/allocate","id":"x","outcomes":[],` +
      '"data":{"result":"reserved","quantity":5,"price":"8.5","kept":"row"}}]}',
  );
  const settle = makeEvent('settle', at, { ...order, side: undefined, payment_id: 'p' });
  const step = inventoryFold(announce).apply(state, settle, facts, '');
  expect(step.state).toEqual({ available: 1, reserved: 0, head: 3, tail: 3, open: [] });
  expect(step.outcomes).toMatchObject([{ event: { type: 'order.completed', quantity: 5, price: '8.5' } }]);
});

test('billing: what an order was charged', () => {
  const { state, facts } = stored(
    `{"state":{},"journal":[{"key":"order#${order.order_id}/charge","id":"x","outcomes":[],"data":` +
      '{"amount":"42.5","quantity":5,"result":"charged","payment_id":"p",' +
      '"postings":[{"account":"payments","amount":"42.5"},{"account":"sales","amount":"-42.5"}]}}]}',
  );
  const cancelled = makeEvent('order.cancelled', at, { ...order, remaining: 5, reason: 'cancel_requested' });
  const step = billingFold({} as never, announce).apply(state, { ...cancelled, refunded: true }, facts, '');
  expect(step.outcomes).toMatchObject([{ event: { type: 'order.refunded', amount: '42.5', payment_id: 'p' } }]);
});

test('position: what a user holds', () => {
  const { state, facts } = stored(
    '{"state":{"quantity":"10","cost":"85","realised":"-1.5","sequence":7,"time":"2026-01-01T00:00:00.000Z"},"journal":[]}',
  );
  const trade = {
    item: 'TCS',
    user: 'john',
    side: 'SELL',
    quantity: 4,
    price: '9',
    sequence: 8,
    time: at.time,
  } as const;
  const next = positionFold('positions').apply(state, trade, facts, '').state;
  expect(next).toEqual({ quantity: '6', cost: '51', realised: '0.5', sequence: 8, time: at.time });
});

test("order-book: a book's head row and its changes", () => {
  const changes = deflateRawSync(`[["rest","${order.order_id}","john","SELL","8.5",5]]`);
  const head = readHead({
    version: { N: '7' },
    market: { S: '{"sequence":3,"volume":"12","lastPrice":"8.5","time":"2026-01-01T00:00:00.000Z"}' },
    depth: { S: '[[["8",3,1]],[["9.5",2,2]]]' },
    changes: { B: changes },
    journal: { B: deflateRawSync('[{"key":"k","id":"i","data":{"x":1},"outcomes":[]}]') },
    snapshot: { S: '{"slot":"a","version":5,"pieces":1}' },
    logged: { N: '4' },
    resting: { N: '2' },
  });
  expect(head).toMatchObject({
    version: 7,
    market: { sequence: 3, volume: 12n, lastPrice: '8.5', time: '2026-01-01T00:00:00.000Z' },
    journal: [{ key: 'k', id: 'i', data: { x: 1 }, outcomes: [] }],
    snapshot: { slot: 'a', version: 5, pieces: 1 },
    logged: 4,
    resting: 2,
  });
  expect(readDepth({ depth: { S: '[[["8",3,1]],[["9.5",2,2]]]' } })).toEqual({
    bids: [{ price: '8', quantity: 3, orders: 1 }],
    asks: [{ price: '9.5', quantity: 2, orders: 2 }],
  });
  expect(readChanges({ version: { N: '7' }, changes: { B: changes } }, 7)).toEqual([
    ['rest', order.order_id, 'john', 'SELL', '8.5', 5],
  ]);
});
