import * as z from 'zod';
import { stockReceived } from '../order/event-schemas';
import { NAME_PATTERN, orderSchema } from '../order/order';
import { acceptedSchema } from './schemas';

/** What the API takes and answers about cancels, prices and stock. */
const { user, item, price } = orderSchema.shape;
const { delta, receipt_id } = stockReceived.shape;
const object = { error: 'must be a JSON object' };

export const cancelSchema = z
  .object(
    {
      user: user.optional().meta({
        description: "The order's owner; the token's subject when absent. A request that names another is ignored",
      }),
    },
    object,
  )
  .meta({ description: 'Whose order it is; a token that says so needs no body' });

export const priceSchema = z.object({ price: price.unwrap() }, object);
export type Price = z.infer<typeof priceSchema>;

export const itemSchema = z.object({ item, price: price.unwrap() });
export type Item = z.infer<typeof itemSchema>;

export const stockSchema = z.object(
  {
    delta,
    receipt_id: z
      .string()
      .regex(new RegExp(NAME_PATTERN, 'u'), {
        error: 'must be text of 1 to 128 characters, not blank, without control characters',
      })
      .optional()
      .meta({
        description: 'The same receipt of an item counts once; made when absent, and then a repeat counts again',
      }),
  },
  object,
);

const pieces = z.int().min(0);
export const itemViewSchema = z.object({
  item,
  price: price.unwrap().optional().meta({ description: 'The list price; absent when it has none' }),
  stock: z
    .object({
      available: pieces.meta({ description: 'Pieces that nobody has a claim to' }),
      reserved: pieces.meta({ description: 'Pieces set aside for orders that are not settled yet' }),
      waiting: pieces.meta({ description: 'Length of the queue of orders that wait; some may have left it' }),
    })
    .optional()
    .meta({ description: 'Absent when no stock of it ever came, and no order for it' }),
});
export type ItemView = z.infer<typeof itemViewSchema>;

export const receiptSchema = z.object({
  item,
  receipt_id,
  status: z.enum(['applied', 'refused']),
  delta: z.int().optional().meta({ description: 'What the stock changed by, when it did' }),
  reason: z
    .string()
    .optional()
    .meta({ description: 'Code that says why it was refused', examples: ['stock_too_low'] }),
  reason_text: z.string().optional().meta({ description: 'The reason in words' }),
});
export type ReceiptOutcome = z.infer<typeof receiptSchema>;

const { topic, partition, offset } = acceptedSchema.shape;
export const stockAcceptedSchema = z.object({ receipt_id, topic, partition, offset }).meta({
  description:
    'All in-sync replicas have the record, which stands here; inventory decides about it, and Location tells the outcome',
});
export type StockAccepted = z.infer<typeof stockAcceptedSchema>;
