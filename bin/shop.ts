import { setTimeout as sleep } from 'node:timers/promises';
import { pathName } from '../lambdas/api/path-names';
import type { OrderView } from '../lambdas/api/schemas';
import type { OrderStatus } from '../lambdas/order/status';
import type { SystemRecord } from '../local/state';
import { deadlineIn } from '../shared/time';
import { byHttp } from './commands/order';
import { readOrder } from './commands/status';
import type { Shop } from './demo-walks';
import { CommandError } from './output/failure';
import { sendJson } from './running';

const POLL_MS = 100;

/** The running system's API as the demo uses it; no order may take longer than `limitSeconds` from one status to the next. */
export function createShop(system: Pick<SystemRecord, 'endpoints'>, limitSeconds: number): Shop {
  return {
    place: async (order) => (await byHttp(order, system)).order.order_id,
    setPrice: async (item, price) => {
      await sendJson(system, 'PUT', `/items/${pathName(item)}`, { price });
    },
    receive: async (item, delta) => {
      await sendJson(system, 'POST', `/items/${pathName(item)}/stock`, { delta });
    },
    cancel: async (orderId, user) => {
      await sendJson(system, 'POST', `/orders/${orderId}/cancel`, { user });
    },
    until: async (orderId, status) => {
      await followTo(system, orderId, status, limitSeconds);
    },
  };
}

/**
 * Follows an order until it has a status.
 *
 * @throws CommandError saying which it has instead when the time is over
 */
export async function followTo(
  system: Pick<SystemRecord, 'endpoints'>,
  orderId: string,
  status: OrderStatus,
  limitSeconds: number,
): Promise<OrderView> {
  const deadline = deadlineIn(limitSeconds * 1_000);
  for (;;) {
    const view = await readOrder(system, orderId, Math.min(limitSeconds, 10));
    if (view.status === status) return view;
    if (deadline.hasPassed()) {
      throw new CommandError(`Order ${orderId} is ${view.status} after ${limitSeconds} s, and not ${status}`);
    }
    await sleep(POLL_MS);
  }
}
