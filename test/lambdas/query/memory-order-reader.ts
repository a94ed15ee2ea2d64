import { digestOf } from '../../../lambdas/order/digest';
import type { Order } from '../../../lambdas/order/order';
import type { OrderPage, OrderReader, PageKey, TimelineEvent } from '../../../lambdas/query/order-reader';
import { digestOfRow, placementRow } from '../../../lambdas/tracker/placement-row';

interface Listed extends PageKey {
  readonly user: string;
}

/** What the tracker would keep, in memory. */
export class MemoryOrderReader implements OrderReader {
  readonly timelines = new Map<string, TimelineEvent[]>();
  readonly listed: Listed[] = [];
  reads = 0;

  /** @param appearsAt read at which the orders begin to be there. */
  constructor(private readonly appearsAt = 1) {}

  place(order: { order_id: string; user: string }, time: string, events: readonly Partial<TimelineEvent>[] = []): void {
    const placed = { event_id: `${order.order_id}-0`, type: 'order.placed', time, data: { ...order } };
    const later = events.map((event, index) => ({ ...placed, event_id: `${order.order_id}-${index + 1}`, ...event }));
    this.timelines.set(order.order_id, [...(this.timelines.get(order.order_id) ?? []), placed, ...later]);
    this.listed.push({
      user: order.user,
      order_id: order.order_id,
      sk: placementRow(digestOf(order as Order)),
      listed_at: `${time}#${order.order_id}`,
    });
  }

  async timeline(orderId: string): Promise<readonly TimelineEvent[]> {
    return ++this.reads < this.appearsAt ? [] : (this.timelines.get(orderId) ?? []);
  }

  async ordersOf(user: string, limit: number, after?: PageKey): Promise<OrderPage> {
    const all = this.listed
      .filter((row) => row.user === user && (!after || row.listed_at < after.listed_at))
      .sort((one, other) => (one.listed_at < other.listed_at ? 1 : -1));
    const page = all.slice(0, limit);
    const last = page.at(-1);
    return {
      bodies: page.map(({ order_id, sk }) => ({ orderId: order_id, digest: digestOfRow(sk) })),
      ...(last && all.length > limit && { next: { order_id: last.order_id, sk: last.sk, listed_at: last.listed_at } }),
    };
  }
}
