import type { EventType } from '../order/events';

/** The commands that an order of an instrument may get. */
export const commandTypes = ['allocate', 'cancel'] as const satisfies readonly EventType[];
