import { timeline } from '../../../bin/output/timeline';

test('why an order goes no further is said in words', () => {
  const text = timeline({
    order_id: '0d9f7a2c-6c0e-4c1e-9d0a-1f2e3d4c5b6a',
    status: 'rejected',
    order: null,
    timeline: [
      {
        event_id: '1',
        type: 'order.rejected',
        time: '2026-11-21T10:42:09.000Z',
        data: { quantity: 5, reason: 'no_price' },
      },
    ],
  });
  expect(text).toContain(
    'quantity 5, no_price: this item has no list price; set one by `npx orderflow item price <item> <price>`',
  );
});
