import type { EventType } from '../order/events';

/** What asks for a charge, and for its refund. */
export const billedTypes = ['order.reserved', 'order.cancelled'] as const satisfies readonly EventType[];
