import type { EventType } from '../order/events';

/** What makes a line of a user's day: money that moved, and orders that ended without. */
export const lineTypes = [
  'order.charged',
  'order.declined',
  'order.refunded',
  'order.filled',
  'order.rejected',
  'order.cancelled',
] as const satisfies readonly EventType[];
