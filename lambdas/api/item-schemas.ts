import * as z from 'zod';
import { stockReceived } from '../order/event-schemas';
import { orderSchema } from '../order/order';
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
    receipt_id: receipt_id.optional().meta({
      description: 'The same receipt of an item counts once; made when absent, and then a repeat counts again',
    }),
  },
  object,
);

const { topic, partition, offset } = acceptedSchema.shape;
export const stockAcceptedSchema = z
  .object({ receipt_id, topic, partition, offset })
  .meta({ description: 'All in-sync replicas have the record, which stands here' });
export type StockAccepted = z.infer<typeof stockAcceptedSchema>;
