import * as fc from 'fast-check';
import { digestBy, digestOf } from '../../../lambdas/order/digest';
import { type Order, orderSchema, parseOrder } from '../../../lambdas/order/order';

const order: Order = { order_id: '0b8e7f3c-5a51-4c0f-9d0e-3f6f0d5d9a11', user: 'john', item: 'burger', quantity: 5 };

describe('digestOf', () => {
  it('leaves out what the server sets', () => {
    const repeated = { ...order, order_id: '6c1d2f0a-94b3-4a7e-8e21-7b4f9d5c3e62', placed_at: '2026-11-21T10:00:00Z' };
    expect(digestOf(repeated)).toBe(digestOf(order));
  });

  it.each([{ user: 'mary' }, { item: 'fries' }, { quantity: 6 }, { price: '1' }, { side: 'BUY' as const }])(
    'changes with %j',
    (fields) => {
      expect(digestOf({ ...order, ...fields })).not.toBe(digestOf(order));
    },
  );

  it.each([
    ['87hNOz7AH5T2Wd7OmXxEZD', '"user":"john","item":"burger","quantity":5'],
    ['87hNOz7AH5T2Wd7OmXxEZD', '"user":"john","item":"burger","quantity":5,"placed_at":"2026-11-21T10:00:00Z","x":1'],
    ['Ox0QLHDIWK5SlppE9hm93-', '"user":"john","item":"burger","quantity":5,"price":"5.50"'],
    ['Ox0QLHDIWK5SlppE9hm93-', '"price":5.5,"quantity":5,"item":"burger","user":"john"'],
    ['-0XGBwSdPxBZkd7gAcDvwE', '"user":"mary","item":"TCS","quantity":100,"price":"3200.10","side":"BUY"'],
    ['RMWrWVLSAQ1y1L2A0DVuMi', '"user":"mary","item":"TCS","quantity":100,"price":3200.1,"side":"SELL"'],
    ['yFfcVp3SJsh0kK45hU9RHe', '"user":"Zoë 🍔 \\"quoted\\"","item":"crème brûlée","quantity":1000000000'],
  ])('is %s for ever: claims keep it, and a repeat of an old order must meet its own', (digest, fields) => {
    const parsed = parseOrder(`{"order_id":"${order.order_id}",${fields}}`);
    expect(parsed.ok && digestOf(parsed.value)).toBe(digest);
  });

  it('is unmoved by any field that an order does not have, once such a field exists', () => {
    const today = Object.keys(orderSchema.shape);
    const placed = Object.fromEntries(
      ['user', 'item', 'quantity', 'price', 'side'].map((name) => [name, 'placed' as const]),
    );
    const name = fc.stringMatching(/^[a-z_]{1,12}$/).filter((text) => !today.includes(text) && text !== '__proto__');
    void fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1 }), fc.string(), (joined, value) => {
        const later = { ...placed, ...Object.fromEntries(joined.map((one) => [one, 'named' as const])) };
        expect(digestBy({ ...order }, later)).toBe(digestOf(order));
        expect(digestBy({ ...order, [joined[0] as string]: value }, later)).not.toBe(digestOf(order));
      }),
    );
  });
});
