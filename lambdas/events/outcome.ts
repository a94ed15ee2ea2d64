import type { Outcome } from '../kafka/fold/fold';
import type { OrderflowEvent } from '../order/events';

/**
 * An event as it is stored and published.
 *
 * @param source who says so: `/orderflow/risk`
 * @param key the topic's key: `order_id` on order-events, `item` on order-commands and trades
 */
export function outcomeOf(event: OrderflowEvent, topic: string, key: string, source: string): Outcome {
  return { topic, key, source, event };
}

/** The events of one consumer on order-events, keyed by order. */
export interface EventAnnouncer {
  event(event: Extract<OrderflowEvent, { order_id: string }>): Outcome;
}

/** The events of one consumer on their topics. */
export interface Announcer extends EventAnnouncer {
  /** On order-commands, keyed by item. */
  command(event: Extract<OrderflowEvent, { item: string }>): Outcome;
}

export const createEventAnnouncer = (source: string, topic: string): EventAnnouncer => ({
  event: (event) => outcomeOf(event, topic, event.order_id, source),
});

export const createAnnouncer = (
  source: string,
  topics: { readonly events: string; readonly commands: string },
): Announcer => ({
  ...createEventAnnouncer(source, topics.events),
  command: (event) => outcomeOf(event, topics.commands, event.item, source),
});
