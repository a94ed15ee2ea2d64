import * as z from 'zod';
import { orderSchema, placementSchema } from '../order/order';
import { statuses } from '../order/status';
import { MAX_BATCH } from './limits';

/** What the API takes and answers; the OpenAPI document is made from these, the functions' types too. */
const orderId = z.guid();
const partition = z.int().min(0);
const offset = z.int().min(0);

export const batchSchema = z.array(placementSchema).min(1).max(MAX_BATCH);

export const acceptedSchema = z
  .object({ order_id: orderId, topic: z.string(), partition, offset })
  .meta({ description: 'All in-sync replicas have the record, which stands here' });
export type Accepted = z.infer<typeof acceptedSchema>;

const faultSchema = z.object({
  pointer: z.string().meta({ description: 'JSON Pointer to the fault, as a URI fragment', examples: ['#/quantity'] }),
  detail: z.string(),
});

/** A problem document (https://www.rfc-editor.org/rfc/rfc9457); `type` is stable, `detail` says what to do. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    errors: z.array(faultSchema).readonly().optional(),
    request_id: z.string().optional(),
  })
  .meta({ description: 'RFC 9457' });
export type Problem = z.infer<typeof problemSchema>;

export const itemResultSchema = z
  .discriminatedUnion('status', [
    z.object({ status: z.literal('accepted'), order_id: orderId, partition, offset }),
    z.object({ status: z.literal('invalid'), problem: problemSchema }),
    z.object({ status: z.literal('unknown'), order_id: orderId }),
  ])
  .meta({ description: 'What became of one order of a batch, in the place it had there' });
export type ItemResult = z.infer<typeof itemResultSchema>;

export const batchResultSchema = z.object({
  topic: z.string(),
  accepted: z.int(),
  invalid: z.int(),
  unknown: z.int(),
  items: z.array(itemResultSchema),
});
export type BatchResult = z.infer<typeof batchResultSchema>;

export const timelineEventSchema = z.object({
  event_id: z.string(),
  type: z.string().meta({ examples: ['order.placed'] }),
  time: z.string().meta({ format: 'date-time', description: "Kafka's timestamp" }),
  data: z.record(z.string(), z.unknown()).meta({ description: 'What the event carries; of a placement, the order' }),
  reason_text: z.string().optional().meta({
    description:
      "Words for the `reason` in data, and what can be done about it; absent for a payment provider's own codes",
  }),
});

const orderSummarySchema = z.object({
  order_id: orderId,
  status: z.enum(statuses),
  order: orderSchema
    .nullable()
    .meta({ description: 'As risk judged it, before that as it was placed first; null while neither has arrived' }),
});
export type OrderSummary = z.infer<typeof orderSummarySchema>;

const nextCursor = z.string().optional().meta({ description: 'Where the next page begins; absent on the last' });

export const orderViewSchema = orderSummarySchema.extend({
  timeline: z.array(timelineEventSchema).meta({ description: 'A page of the events, oldest first' }),
  next_cursor: nextCursor,
});
export type OrderView = z.infer<typeof orderViewSchema>;

export const orderListSchema = z.object({
  orders: z.array(orderSummarySchema),
  next_cursor: nextCursor,
});
export type OrderList = z.infer<typeof orderListSchema>;

export const healthSchema = z.object({ status: z.literal('ok') });
