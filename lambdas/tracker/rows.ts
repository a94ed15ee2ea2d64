import { setName } from '../kafka/rows/set-name';
import type { Row } from '../kafka/rows/write-rows';

/** An event of an order, as its timeline shows it. */
export interface TrackedEvent {
  readonly order_id: string;
  readonly event_id: string;
  readonly type: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** What the event carries; of a placement, the order. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Of a placement, which has a row of its own: that row's name, what lists the order, and where its record stood. */
  readonly placement?: { readonly sk: string; readonly listing: Readonly<Record<string, string | number>> };
}

/** An item holds 400 KB; events of ours are a kilobyte or less. */
const EVENTS_A_ROW = 100;

/**
 * The rows of a batch's events: one for each placement, and one for the other events of each order together, since an order
 * often goes through its whole life within a batch, and a row costs the same with one event or four.
 */
export function rowsOf(events: readonly TrackedEvent[]): readonly Row[] {
  const rows: Row[] = [];
  const orders = new Map<string, TrackedEvent[]>();
  for (const event of events) {
    const { placement, order_id } = event;
    if (placement) {
      rows.push({ firstWins: true, item: { order_id, sk: placement.sk, events: told([event]), ...placement.listing } });
    } else {
      const others = orders.get(order_id);
      if (others) others.push(event);
      else orders.set(order_id, [event]);
    }
  }
  for (const [order_id, all] of orders) {
    for (let start = 0; start < all.length; start += EVENTS_A_ROW) {
      const some = all.slice(start, start + EVENTS_A_ROW);
      rows.push({ item: { order_id, sk: setName(some.map(({ event_id }) => event_id)), events: told(some) } });
    }
  }
  return rows;
}

const told = (events: readonly TrackedEvent[]): string =>
  JSON.stringify(events.map(({ event_id, type, time, data }) => ({ event_id, type, time, data })));
