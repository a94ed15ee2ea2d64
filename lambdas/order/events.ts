import type * as z from 'zod';
import * as schemas from './event-schemas';
import { eventIdOf } from './ids';
import type { Fault, Parsed } from './order';

export * from './event-schemas';

/** Every event of our own topics, told apart by `type`; the order itself, on `orders`, has no envelope. */
export const eventSchemas = [
  schemas.cancelRequested,
  schemas.orderApproved,
  schemas.orderRejected,
  schemas.orderConflicted,
  schemas.allocate,
  schemas.cancel,
  schemas.stockReceived,
  schemas.orderReserved,
  schemas.orderBackordered,
  schemas.orderCharged,
  schemas.orderDeclined,
  schemas.orderRefunded,
  schemas.settle,
  schemas.release,
  schemas.orderCompleted,
  schemas.orderResting,
  schemas.orderFilled,
  schemas.tradeExecuted,
  schemas.orderCancelled,
  schemas.cancelRefused,
  schemas.marketUpdated,
  schemas.positionUpdated,
] as const;

export type CancelRequested = z.infer<typeof schemas.cancelRequested>;
export type OrderApproved = z.infer<typeof schemas.orderApproved>;
export type OrderRejected = z.infer<typeof schemas.orderRejected>;
export type OrderConflicted = z.infer<typeof schemas.orderConflicted>;
export type Allocate = z.infer<typeof schemas.allocate>;
export type Cancel = z.infer<typeof schemas.cancel>;
export type StockReceived = z.infer<typeof schemas.stockReceived>;
export type OrderReserved = z.infer<typeof schemas.orderReserved>;
export type OrderBackordered = z.infer<typeof schemas.orderBackordered>;
export type OrderCharged = z.infer<typeof schemas.orderCharged>;
export type OrderDeclined = z.infer<typeof schemas.orderDeclined>;
export type OrderRefunded = z.infer<typeof schemas.orderRefunded>;
export type Settle = z.infer<typeof schemas.settle>;
export type Release = z.infer<typeof schemas.release>;
export type OrderCompleted = z.infer<typeof schemas.orderCompleted>;
export type OrderResting = z.infer<typeof schemas.orderResting>;
export type OrderFilled = z.infer<typeof schemas.orderFilled>;
export type TradeExecuted = z.infer<typeof schemas.tradeExecuted>;
export type OrderCancelled = z.infer<typeof schemas.orderCancelled>;
export type CancelRefused = z.infer<typeof schemas.cancelRefused>;
export type MarketUpdated = z.infer<typeof schemas.marketUpdated>;
export type PositionUpdated = z.infer<typeof schemas.positionUpdated>;

export type OrderflowEvent = z.infer<(typeof eventSchemas)[number]>;
export type EventType = OrderflowEvent['type'];
/** The event of a type: `EventOf<'order.filled'>`. */
export type EventOf<T extends EventType> = Extract<OrderflowEvent, { type: T }>;

const byType = new Map<string, z.ZodType<OrderflowEvent>>(
  eventSchemas.map((schema) => [schema.shape.type.value, schema]),
);

const versions = new Map(eventSchemas.map((schema) => [schema.shape.type.value, versionOf(schema)]));

/** What events of the type are written as today. */
export function versionOf(schema: z.ZodType): number {
  const { version = 1 } = schema.meta() as { version?: number };
  return version;
}

/** The name-based id of an event: of its type, and of what makes it the only one of that type. */
export function eventId(type: string, ...parts: readonly (string | number)[]): string {
  return eventIdOf(type, parts.length === 1 ? String(parts[0]) : JSON.stringify(parts));
}

/**
 * Reads the JSON text of a record's value on one of our own topics; fields that the catalogue does not know are kept out.
 *
 * @returns undefined as the value when the type is unknown, since a newer producer may be there
 * before us. An event of a known type that breaks its schema has faults.
 */
export function parseEvent(text: string): Parsed<OrderflowEvent | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return faulty({ pointer: '#', detail: `is not JSON: ${(error as Error).message}` });
  }
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type !== 'string') return faulty({ pointer: '#/type', detail: 'is missing' });
  const schema = byType.get(type);
  if (!schema) return { ok: true, value: undefined };
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return faulty(
    ...result.error.issues.map(({ path, message }) => ({
      pointer: ['#', ...path.map(String)].join('/'),
      detail: message,
    })),
  );
}

const faulty = (...faults: Fault[]) => ({ ok: false, faults }) as const;

type Payload<T extends EventType> = Omit<EventOf<T>, 'event_id' | 'type' | 'version' | 'time'>;

/**
 * An event in its envelope. Its id follows from its payload, its time is that of what caused it: made again, it is the same.
 * Fields beyond the type's own are left out, so a whole order or another event may stand for the payload.
 *
 * @param source the event or record that caused it, for its time (ISO 8601, UTC)
 */
export function makeEvent<T extends EventType>(
  type: T,
  source: { readonly time: string },
  payload: Payload<T>,
): EventOf<T> {
  const schema = byType.get(type) as unknown as z.ZodObject;
  const own: Record<string, unknown> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = (payload as Record<string, unknown>)[name];
    if (value !== undefined) own[name] = value;
  }
  const parts = (identities[type] ?? ['order_id']).map((name) => own[name] as string | number);
  const envelope = { event_id: eventId(type, ...parts), type, version: versions.get(type), time: source.time };
  return { ...own, ...envelope } as unknown as EventOf<T>;
}

/** What there is one event of a type for; an order, where nothing is said. */
const identities: Partial<Record<EventType, readonly string[]>> = {
  'order.cancel_requested': ['order_id', 'user', 'requested_by'],
  'order.conflicted': ['order_id', 'digest'],
  'order.filled': ['order_id', 'trade_sequence'],
  'trade.executed': ['item', 'sequence'],
  'stock.received': ['item', 'receipt_id'],
  'market.updated': ['item', 'revision'],
  'position.updated': ['user', 'item', 'revision'],
};
