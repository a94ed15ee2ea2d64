import * as z from 'zod';
import { orderSchema } from '../order/order';
import { lineTypes } from '../reporting/event-types';

/** What the API answers of positions, books, reports and figures. */
const { user, item, side } = orderSchema.shape;
const time = z.string().meta({ format: 'date-time' });
const money = (description: string) => z.string().meta({ description: `${description}; exact decimal text` });
const count = z.int().min(0);

const positionSchema = z.object({
  item,
  revision: z.int().min(1),
  quantity: z.string().meta({ description: 'Net quantity as text, negative when more was sold than bought' }),
  cost: money('What the open quantity was bought for; negative: was sold for'),
  average_price: z.string().optional().meta({ description: 'Of the open quantity, rounded to 8 decimals' }),
  realised_profit: money('Of what was closed'),
  last_price: z.string().optional().meta({ description: "Of the item's last trade" }),
  unrealised_profit: money('What closing all at the last price would add').optional(),
  time: time.optional().meta({ description: 'Of the newest trade' }),
});

export const positionListSchema = z.object({
  user,
  positions: z.array(positionSchema).readonly(),
  next_cursor: z.string().optional().meta({ description: 'Where the next page begins; absent on the last' }),
});
export type PositionList = z.infer<typeof positionListSchema>;

const levelsSchema = z
  .array(z.object({ price: z.string(), quantity: z.int().min(1), orders: z.int().min(1) }))
  .readonly();

export const bookSchema = z.object({
  item,
  revision: z.int().min(1).meta({ description: 'Version of the book, as on the topic market-data' }),
  sequence: count.meta({ description: 'Number of trades so far' }),
  volume: z.string().meta({ description: 'Quantity traded so far, as text' }),
  last_price: z.string().optional(),
  time: time.optional().meta({ description: 'When the last command was given' }),
  bids: levelsSchema.meta({ description: 'Highest price first' }),
  asks: levelsSchema.meta({ description: 'Lowest price first' }),
});
export type BookView = z.infer<typeof bookSchema>;

const lineSchema = z.object({
  event_id: z.string(),
  type: z.enum(lineTypes),
  time,
  order_id: z.guid(),
  item,
  side,
  quantity: count.meta({ description: 'Of a fill, what it filled; of a cancel, what remained' }),
  price: z.string().optional(),
  amount: money('Money that moved, or was declined').optional(),
  payment_id: z.string().optional(),
  trade_sequence: z.int().optional(),
  reason: z.string().optional(),
});

export const reportSchema = z.object({
  user,
  date: z.string().meta({ format: 'date' }),
  time_zone: z.string().meta({ examples: ['Europe/Berlin'] }),
  totals: z.object({
    charged: money('Sum of charges'),
    refunded: money('Sum of refunds'),
    net: money('Charged less refunded'),
    bought: money('Bought on the books'),
    sold: money('Sold on the books'),
  }),
  lines: z.array(lineSchema).readonly().meta({ description: 'A page of the lines, oldest first' }),
  next_cursor: z.string().optional().meta({ description: 'Where the next page of lines begins; absent on the last' }),
  digest: z.string().meta({ description: 'Of the whole day: the same content has the same digest' }),
  status: z.enum(['open', 'due', 'issued']).meta({
    description: 'open: the day is not over; due: no issued revision says all of it yet; issued: the last one does',
  }),
  revision: count.meta({ description: 'The last that was issued; 0 before the first' }),
  documents: z
    .object({ json: z.string(), csv: z.string() })
    .optional()
    .meta({ description: "Keys of the last revision in the statements' bucket" }),
});
export type ReportView = z.infer<typeof reportSchema>;

const rate = z.number().min(0).max(1).nullable();

const summarySchema = z.object({
  orders: count.meta({ description: 'Judged: approved and rejected' }),
  approved: count,
  rejected: count,
  charged: count,
  declined: count,
  refunded: count,
  completed: count,
  traded: count,
  revenue: money('Charges less refunds'),
  charged_amount: money('Sum of charges'),
  refunded_amount: money('Sum of refunds'),
  traded_amount: money('Sum of trades'),
  approval_rate: rate.meta({ description: 'Approved among judged; null without any' }),
  decline_rate: rate.meta({ description: 'Declined among payments that were tried; null without any' }),
});

export const analyticsSchema = z.object({
  from: time,
  to: time,
  total: summarySchema,
  orders_per_minute: z.number(),
  top_items: z
    .array(z.object({ item, orders: count, quantity: z.string(), revenue: money('Charges less refunds') }))
    .readonly()
    .meta({ description: 'By orders, then quantity' }),
  windows: z
    .array(summarySchema.extend({ start: time }))
    .readonly()
    .meta({ description: 'Minutes in which something happened, oldest first' }),
});
export type AnalyticsView = z.infer<typeof analyticsSchema>;
