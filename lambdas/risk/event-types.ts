import type { EventType } from '../order/events';

/** What ends an order, whole. */
export const finalTypes = [
  'order.completed',
  'order.cancelled',
  'order.declined',
] as const satisfies readonly EventType[];

/** What happens to orders after their placement that risk must know. */
export const happenedTypes = [
  'order.cancel_requested',
  'order.filled',
  ...finalTypes,
] as const satisfies readonly EventType[];
