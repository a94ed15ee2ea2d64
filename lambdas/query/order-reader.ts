/** An event of an order, as its timeline shows it. */
export interface TimelineEvent {
  readonly event_id: string;
  /** `order.placed` and its kin. */
  readonly type: string;
  /** When Kafka had it, ISO 8601. */
  readonly time: string;
  /** What the event carries; of a placement, the order. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A body that a user placed; whether it became an order, its timeline tells. */
export interface ListedBody {
  readonly orderId: string;
  readonly digest: string;
}

/** What a user placed, one page of it. */
export interface OrderPage {
  readonly bodies: readonly ListedBody[];
  /** Where the next page begins; absent on the last. */
  readonly next?: PageKey;
}

/** The last order of a page, by the attributes of table and index. */
export interface PageKey {
  readonly order_id: string;
  readonly sk: string;
  readonly listed_at: string;
}

/** The reading side of what the tracker keeps. */
export interface OrderReader {
  /** All events of an order, in the order of a timeline; none when it is not tracked. */
  timeline(orderId: string): Promise<readonly TimelineEvent[]>;
  /** Bodies that came from a user, newest first: each once, but perhaps several under one order id. */
  ordersOf(user: string, limit: number, after?: PageKey): Promise<OrderPage>;
}
