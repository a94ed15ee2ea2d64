import type { EventType } from '../order/events';

/** The events that count. */
export const countedTypes = [
  'order.approved',
  'order.rejected',
  'order.charged',
  'order.declined',
  'order.refunded',
  'order.completed',
  'order.filled',
] as const satisfies readonly EventType[];
