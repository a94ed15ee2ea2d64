import { FatalRecordError } from '../errors';
import type { EventOf, OrderflowEvent } from '../order/events';
import type { Calendar } from './calendar';
import { lineTypes } from './event-types';

type LineType = (typeof lineTypes)[number];
type LineEvent = EventOf<LineType>;

/** A line of a statement: fixed by its event alone. */
export interface Line {
  readonly event_id: string;
  readonly type: LineType;
  /** ISO 8601 with milliseconds, UTC. */
  readonly time: string;
  readonly order_id: string;
  readonly item: string;
  readonly side?: 'BUY' | 'SELL';
  /** Of a fill, what it filled; of a cancel, what remained. */
  readonly quantity: number;
  /** Decimal text. */
  readonly price?: string;
  /** Money that moved or, declined, did not: decimal text. */
  readonly amount?: string;
  readonly payment_id?: string;
  readonly trade_sequence?: number;
  readonly reason?: string;
}

/** A line, and on whose statement of which day it stands. */
export interface PlacedLine {
  readonly user: string;
  /** `2026-11-21`, in the statements' time zone. */
  readonly date: string;
  readonly line: Line;
}

/** Far more than names, codes and ids of ours take, far less than a row may hold. */
const MAX_LINE_CHARACTERS = 20_000;

const types: ReadonlySet<string> = new Set(lineTypes);

/**
 * @returns the line an event makes, on the day of the event's own time; undefined when it makes none.
 * @throws FatalRecordError `line_too_large` when no row could hold it.
 */
export function lineOf(event: OrderflowEvent, calendar: Calendar): PlacedLine | undefined {
  if (!isLineEvent(event)) return undefined;
  const time = new Date(event.time);
  const line: Line = {
    event_id: event.event_id,
    type: event.type,
    time: time.toISOString(),
    order_id: event.order_id,
    item: event.item,
    ...(event.side && { side: event.side }),
    ...ownFields(event),
  };
  if (JSON.stringify(line).length > MAX_LINE_CHARACTERS) {
    throw new FatalRecordError('line_too_large', `No statement line takes more than ${MAX_LINE_CHARACTERS} characters`);
  }
  return { user: event.user, date: calendar.dayOf(time.getTime()), line };
}

const isLineEvent = (event: OrderflowEvent): event is LineEvent => types.has(event.type);

function ownFields(event: LineEvent): Omit<Line, 'event_id' | 'type' | 'time' | 'order_id' | 'item' | 'side'> {
  switch (event.type) {
    case 'order.charged':
      return { quantity: event.quantity, amount: event.amount, payment_id: event.payment_id };
    case 'order.declined':
    case 'order.refunded':
      return { quantity: event.quantity, amount: event.amount, payment_id: event.payment_id, reason: event.reason };
    case 'order.filled':
      return { quantity: event.quantity, price: event.price, trade_sequence: event.trade_sequence };
    case 'order.rejected':
      return {
        quantity: event.quantity,
        ...(event.price !== undefined && { price: event.price }),
        reason: event.reason,
      };
    case 'order.cancelled':
      return { quantity: event.remaining, reason: event.reason };
  }
}
