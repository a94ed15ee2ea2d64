import { createAnnouncer } from '../../../lambdas/events/outcome';
import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import type { ConsumedRecord } from '../../../lambdas/kafka/record';
import { makeEvent, type OrderflowEvent } from '../../../lambdas/order/events';
import type { Order } from '../../../lambdas/order/order';
import { admit } from '../../../lambdas/risk/admit';
import type { Claims } from '../../../lambdas/risk/claims';
import type { Exposure } from '../../../lambdas/risk/exposure';
import { createRisk, riskFold } from '../../../lambdas/risk/risk';
import { defaultTerms, type Terms } from '../../../lambdas/risk/terms';
import { calm, deliver, publishedEvents, recordOf, World } from '../chaos';

export const announce = createAnnouncer('/orderflow/risk', { events: 'order-events', commands: 'order-commands' });
export const at = { time: '2026-01-02T03:04:05.006Z' };
export const orderId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const anOrder = (n: number, fields: Partial<Order> = {}): Order => ({
  order_id: orderId(n),
  user: 'john',
  item: 'burger',
  quantity: 5,
  price: '8.5',
  ...fields,
});
export const placed = (n: number, fields: Partial<Order> = {}) => recordOf('orders', anOrder(n, fields));
export const happened = (event: object) => recordOf('order-events', event);

type Told = { price?: string; side?: 'BUY' | 'SELL'; user?: string; item?: string; quantity?: number };
const about = (n: number, fields: Told) => ({ ...anOrder(n), ...fields, price: fields.price ?? '8.5' });
export const completed = (n: number, fields: Told = {}) => happened(makeEvent('order.completed', at, about(n, fields)));
export const declined = (n: number, fields: Told = {}) =>
  happened(makeEvent('order.declined', at, { ...about(n, fields), amount: '1', payment_id: 'p', reason: 'r' }));
export const cancelled = (n: number, remaining: number, fields: Told = {}) =>
  happened(makeEvent('order.cancelled', at, { ...about(n, fields), remaining, reason: 'r' }));
export const filled = (n: number, trade_sequence: number, quantity: number, remaining: number, fields: Told = {}) =>
  happened(makeEvent('order.filled', at, { ...about(n, fields), quantity, remaining, trade_sequence }));
export const cancelRequested = (n: number, by = 'john', operator = false, user = 'john') =>
  happened(makeEvent('order.cancel_requested', at, { order_id: orderId(n), user, requested_by: by, operator }));

/** Claims in memory, which fail as the world does. */
export class MemoryClaims implements Claims {
  readonly owners = new Map<string, string>();
  constructor(private readonly world: World) {}

  async claim(id: string, digest: string): Promise<boolean> {
    await this.world.turn();
    this.world.trouble();
    if (!this.owners.has(id)) this.owners.set(id, digest);
    this.world.trouble();
    return this.owners.get(id) === digest;
  }
}

export async function runRisk(
  records: readonly ConsumedRecord[],
  {
    terms = {},
    world = new World(calm),
    ordersInRow,
  }: { terms?: Partial<Terms>; world?: World; ordersInRow?: number } = {},
) {
  const claims = new MemoryClaims(world);
  const configuration = {
    termsOf: async (orders: readonly unknown[]) => {
      world.trouble();
      return orders.map(() => ({ ...defaultTerms, mayNamePrice: true, ...terms }));
    },
  };
  const environment = () => {
    const fold = foldThenWrite(riskFold(announce, ordersInRow), { store: world.store, publisher: world.publisher });
    const effect = admit(fold, { claims, configuration, publisher: world.publisher, announce });
    return createRisk(effect, 'orders');
  };
  await deliver(records, [environment(), environment()], world);
  const events = publishedEvents<Extract<OrderflowEvent, { order_id: string }>>(world.publisher);
  return {
    world,
    events,
    told: events.map(({ type, order_id }) => `${type} ${Number(order_id.slice(-4))}`),
    exposure: (user = 'john') => world.store.state(`user#${user}`)?.state as Exposure | undefined,
  };
}
