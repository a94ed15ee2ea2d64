import type { Figures } from '../../lambdas/analytics/figures';
import type { Verdict } from '../../lambdas/audit/verify';
import type { ChargeFact, RefundFact } from '../../lambdas/billing/order-facts';
import type { Stock } from '../../lambdas/inventory/stock';
import { type EventOf, type EventType, type OrderflowEvent, parseEvent } from '../../lambdas/order/events';
import { type Order, parseOrder } from '../../lambdas/order/order';
import type { OrderStatus } from '../../lambdas/order/status';
import type { RestingOrder } from '../../lambdas/order-book/price-levels';
import type { Exposure } from '../../lambdas/risk/exposure';

/** A record as it lies in Kafka. */
export interface LoggedRecord {
  readonly topic: string;
  /** `topic-partition@offset` */
  readonly place: string;
  readonly value: Buffer | null;
}

/** A dead letter: who refused which record, and why. */
export interface Refusal {
  readonly consumer: string;
  /** Of the record that was refused. */
  readonly place: string;
  readonly code: string;
}

/** What the offline payment provider was asked for an order. */
export interface Payment {
  readonly status: string;
  readonly amount?: string;
  readonly refunded: boolean;
}

/** Somebody who waits for stock. */
export interface Waiting {
  readonly order_id: string;
  readonly quantity: number;
}

/** Who asked for what, as the workload knows it. */
export interface Asked {
  /** What may have become of an order in the end, by order id. */
  readonly outcomes: ReadonlyMap<string, readonly OrderStatus[]>;
  /** Records on topics other than `orders` that somebody must refuse: their values, and who. */
  readonly refusals: readonly {
    readonly topic: string;
    readonly value: string;
    readonly consumers: readonly string[];
  }[];
}

/** A whole system at rest, as plain data: what stands in its topics, its tables and its archive. */
export interface Picture {
  readonly asked: Asked;
  /** Of `orders`, `order-events`, `order-commands` and `trades`, each partition in its order. */
  readonly log: readonly LoggedRecord[];
  readonly deadLetters: readonly Refusal[];
  /** Event ids and types of each order's timeline. */
  readonly timelines: ReadonlyMap<string, readonly { readonly event_id: string; readonly type: string }[]>;
  readonly exposures: ReadonlyMap<string, Exposure>;
  readonly stocks: ReadonlyMap<string, Stock>;
  /** By item, the oldest first; without those that left. */
  readonly queues: ReadonlyMap<string, readonly Waiting[]>;
  readonly ledger: ReadonlyMap<string, { readonly charge?: ChargeFact; readonly refund?: RefundFact }>;
  /** By order id. */
  readonly payments: ReadonlyMap<string, Payment>;
  readonly books: ReadonlyMap<string, { readonly sequence: number; readonly resting: readonly RestingOrder[] }>;
  readonly positions: readonly { readonly user: string; readonly item: string; readonly quantity: string }[];
  readonly analytics: Figures;
  /** Event ids of all statement lines. */
  readonly lines: readonly string[];
  readonly archive: readonly Pick<Verdict, 'topic' | 'partition' | 'status' | 'missing' | 'faults'>[];
  /** State rows that say something is left to do. */
  readonly unfinished: readonly string[];
}

/** What is wrong, each in one sentence that names the order or the item. */
export type Invariant = (picture: Picture) => readonly string[];

/** The log, read: its orders, and each of its events once. */
export interface Story {
  readonly placements: readonly { readonly place: string; readonly order: Order }[];
  /** Records of `orders` that are no orders. */
  readonly poison: readonly string[];
  readonly events: readonly OrderflowEvent[];
  of<T extends EventType>(type: T): readonly EventOf<T>[];
  /** Events of an order on order-events. */
  ofOrder(orderId: string): readonly OrderflowEvent[];
  readonly orderIds: readonly string[];
}

export function storyOf({ log }: Picture): Story {
  const placements: { place: string; order: Order }[] = [];
  const poison: string[] = [];
  const events = new Map<string, OrderflowEvent>();
  const byType = new Map<string, OrderflowEvent[]>();
  const byOrder = new Map<string, OrderflowEvent[]>();
  for (const { topic, place, value } of log) {
    if (topic === 'orders') {
      const order = value && parseOrder(decoded(value));
      if (order?.ok) placements.push({ place, order: order.value });
      else poison.push(place);
      continue;
    }
    const event = value && parseEvent(decoded(value));
    if (!event?.ok || !event.value || events.has(event.value.event_id)) continue;
    events.set(event.value.event_id, event.value);
    add(byType, event.value.type, event.value);
    if (topic === 'order-events' && 'order_id' in event.value) add(byOrder, event.value.order_id, event.value);
  }
  return {
    placements,
    poison,
    events: [...events.values()],
    of: <T extends EventType>(type: T) => (byType.get(type) ?? []) as EventOf<T>[],
    ofOrder: (orderId) => byOrder.get(orderId) ?? [],
    orderIds: [...new Set(placements.map(({ order }) => order.order_id))],
  };
}

/** Bytes that are no text become text that is no JSON. */
function decoded(value: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch {
    return '';
  }
}

/** Puts a value into the list of a key. */
export function add<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
