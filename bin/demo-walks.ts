import { randomUUID } from 'node:crypto';
import type { OrderStatus } from '../lambdas/order/status';
import type { OrderFields } from './order-text';

/** What the walks ask of a running system. */
export interface Shop {
  /** @returns its order_id */
  place(order: OrderFields): Promise<string>;
  setPrice(item: string, price: string): Promise<void>;
  receive(item: string, delta: number): Promise<void>;
  cancel(orderId: string, user: string): Promise<void>;
  /** Resolves when the order has this status. @throws Error saying which it has instead. */
  until(orderId: string, status: OrderStatus): Promise<void>;
}

/** Some orders that show one thing together. */
export interface Walk {
  readonly title: string;
  /** @returns the orders, each with the status that it must have come to */
  run(shop: Shop): Promise<readonly (readonly [orderId: string, last: OrderStatus])[]>;
}

/**
 * What can become of an order. Items that the walks run out of, and the instrument they trade, have names of their own each
 * time, so that a demo finds the same state as the one before it.
 */
export function demoWalks(suffix = randomUUID().slice(0, 4)): readonly Walk[] {
  const dish = async (shop: Shop, name: string) => {
    const item = `${name}-${suffix}`;
    await shop.setPrice(item, '12.00');
    return item;
  };
  const instrument = { item: `TCS-${suffix}`, quantity: 100, price: '3200' };
  return [
    {
      title: 'The payment is declined',
      async run(shop) {
        const id = await shop.place({ user: 'declan', item: 'fries', quantity: 2 });
        return [[id, 'declined']];
      },
    },
    {
      title: 'Out of stock, and filled when stock comes',
      async run(shop) {
        const item = await dish(shop, 'lobster');
        const id = await shop.place({ user: 'ann', item, quantity: 3 });
        await shop.until(id, 'backordered');
        await shop.receive(item, 3);
        return [[id, 'completed']];
      },
    },
    {
      title: 'Out of stock, and cancelled',
      async run(shop) {
        const item = await dish(shop, 'truffle');
        const id = await shop.place({ user: 'carl', item, quantity: 1 });
        await shop.until(id, 'backordered');
        await shop.cancel(id, 'carl');
        return [[id, 'cancelled']];
      },
    },
    {
      title: 'Two instrument orders that trade',
      async run(shop) {
        const sell = await shop.place({ user: 'bob', side: 'SELL', ...instrument });
        await shop.until(sell, 'resting');
        const buy = await shop.place({ user: 'mary', side: 'BUY', ...instrument });
        return [
          [sell, 'filled'],
          [buy, 'filled'],
        ];
      },
    },
  ];
}
