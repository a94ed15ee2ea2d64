import { digestOf } from '../../../lambdas/order/digest';
import type { Order } from '../../../lambdas/order/order';

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
});
