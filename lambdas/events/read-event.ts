import { FatalRecordError, UnknownEventError } from '../errors';
import { type ConsumedRecord, textValue } from '../kafka/record';
import { type OrderflowEvent, parseEvent } from '../order/events';
import { faultsText, type Order, type Parsed, parseOrder } from '../order/order';

/**
 * The event in a record of one of our own topics.
 *
 * @throws UnknownEventError when its type is unknown: `consume` counts and skips it.
 * @throws FatalRecordError `invalid_event` when it breaks its schema.
 */
export function readEvent(record: ConsumedRecord): OrderflowEvent {
  const text = textValue(record);
  const event = valid(parseEvent(text), 'invalid_event', 'Not an event of the catalogue');
  if (!event) throw new UnknownEventError((JSON.parse(text) as { type: string }).type);
  return event;
}

/** @throws FatalRecordError `invalid_order` when the record of `orders` holds none. */
export function readOrder(record: ConsumedRecord): Order {
  return valid(parseOrder(textValue(record)), 'invalid_order', 'Not an order');
}

/** ISO 8601, UTC: what the events that a record causes give as their time. */
export const timeOf = (record: ConsumedRecord) => new Date(record.timestamp).toISOString();

function valid<T>(parsed: Parsed<T>, code: string, what: string): T {
  if (parsed.ok) return parsed.value;
  throw new FatalRecordError(code, `${what}: ${faultsText(parsed.faults)}`);
}
