/** What can be said of an order, from the most telling to the least. */
export const statuses = [
  'refunded',
  'completed',
  'cancelled',
  'declined',
  'filled',
  'rejected',
  'charged',
  'partially_filled',
  'resting',
  'reserved',
  'backordered',
  'approved',
  'placed',
] as const;

export type OrderStatus = (typeof statuses)[number];

export interface StatusEvent {
  /** `order.placed` and its kin; a type that says nothing of the status is passed over. */
  readonly type: string;
  /** On a fill: what is still open; 0 makes it the last. */
  readonly remaining?: number | undefined;
}

const known = new Set<string>(statuses);

/**
 * The status is a function of the set of an order's events: their order does not matter, since two topics and two
 * writers give none.
 */
export function statusOf(events: Iterable<StatusEvent>): OrderStatus {
  const seen = new Set<string>();
  for (const event of events) {
    const status = statusAfter(event);
    if (known.has(status)) seen.add(status);
  }
  return statuses.find((status) => seen.has(status)) ?? 'placed';
}

function statusAfter({ type, remaining }: StatusEvent): string {
  if (type === 'order.filled') return remaining === 0 ? 'filled' : 'partially_filled';
  return type.startsWith('order.') ? type.slice('order.'.length) : '';
}
