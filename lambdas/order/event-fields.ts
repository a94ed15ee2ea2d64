import * as z from 'zod';
import { MAX_TIME_LENGTH, orderSchema } from './order';

const { order_id, user, item, quantity, price, side, placed_at } = orderSchema.shape;

/** Up to 10⁹ × 18 digits: what a quantity at a price comes to, exactly. */
export const amount = z
  .string()
  .regex(/^\d{1,30}(\.\d{1,8})?$/)
  .meta({ description: 'Money as a decimal string, not negative', examples: ['42.50'] });

export const fixedPrice = price.unwrap().meta({ description: 'Decimal string, as fixed at approval' });

export const remaining = z
  .int()
  .min(0)
  .meta({ description: 'Quantity that is still open, or was when the order ended' });

export const sequence = z.int().min(1).meta({ description: 'Number of the trade, per item, without gaps' });

export const revision = z
  .int()
  .min(1)
  .meta({ description: 'Version of the current row; of two records with one key the higher counts' });

/** What a price and a sum of money share: a sign, where it may be lost. */
export const signedAmount = z
  .string()
  .regex(/^-?\d{1,40}(\.\d{1,8})?$/)
  .meta({ description: 'Money as a decimal string', examples: ['-42.5'] });

export const reason = z
  .string()
  .min(1)
  .max(128)
  .meta({ description: 'Stable code that says why: see the codes below', examples: ['no_price'] });

export const paymentId = z.string().min(1).max(128).meta({ description: "The payment provider's id" });

export const digest = z.string().min(1).max(64).meta({ description: 'Tells two bodies under one order id apart' });

export const fields = { order_id, user, item, quantity, price, side, placed_at };

/** What every event says of itself. */
const envelope = {
  event_id: z
    .guid()
    .meta({ description: 'Name-based UUID: the same event has the same id, however often it is published' }),
  version: z.int().min(1).meta({ description: 'Grows when fields are added; what breaks readers gets a new type' }),
  time: z.iso
    .datetime()
    .max(MAX_TIME_LENGTH)
    .meta({ description: 'When what caused it happened, by the clock of Kafka; UTC, ISO 8601' }),
};

/** Where an event stands in the catalogue. */
export interface EventPlace {
  readonly description: string;
  /** Grows by one whenever fields join the type; 1 where nothing is said. */
  readonly version?: number;
  readonly topic: 'order-events' | 'order-commands' | 'trades' | 'market-data' | 'positions';
  readonly by: string;
}

/** An event of an order: the envelope, whose order it is and for what, and its own fields. */
export const orderEvent = <const T extends string, Own extends z.ZodRawShape>(type: T, place: EventPlace, own: Own) =>
  z.object({ ...envelope, type: z.literal(type), order_id, user, item, side, ...own }).meta({ ...place });

/** An event of an item that belongs to no single order. */
export const itemEvent = <const T extends string, Own extends z.ZodRawShape>(type: T, place: EventPlace, own: Own) =>
  z.object({ ...envelope, type: z.literal(type), item, ...own }).meta({ ...place });
