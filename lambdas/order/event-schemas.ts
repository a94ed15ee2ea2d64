import * as z from 'zod';
import {
  amount,
  digest,
  fields,
  fixedPrice,
  itemEvent,
  orderEvent,
  paymentId,
  reason,
  remaining,
  revision,
  sequence,
  signedAmount,
} from './event-fields';

/** The whole order with its price fixed: all but risk take content from here, not from `orders`. */
const wholeOrder = { quantity: fields.quantity, price: fixedPrice, placed_at: fields.placed_at };
const priced = { quantity: fields.quantity, price: fixedPrice };

const events = { topic: 'order-events' } as const;
const commands = { topic: 'order-commands' } as const;

export const cancelRequested = orderEvent(
  'order.cancel_requested',
  {
    ...events,
    description:
      "Somebody asks to cancel an order. `user` is the order's owner; a request that names another is ignored",
    by: 'ingest',
  },
  {
    item: fields.item.optional().meta({ description: 'Not known to every requester' }),
    requested_by: fields.user.meta({ description: 'Who asks: the owner, or an operator' }),
    operator: z.boolean().meta({ description: 'Whether the requester may act for others' }),
  },
);

export const orderApproved = orderEvent(
  'order.approved',
  {
    ...events,
    description: 'Risk admits the order and fixes its price',
    by: 'risk',
  },
  wholeOrder,
);

export const orderRejected = orderEvent(
  'order.rejected',
  {
    ...events,
    description: 'Risk refuses the order; final',
    by: 'risk',
  },
  { ...wholeOrder, price: fields.price, reason },
);

export const orderConflicted = orderEvent(
  'order.conflicted',
  {
    ...events,
    description:
      'A second, different body came under the id of an order that was placed before, and was dead-lettered. User, item and quantity are those of the second; the order itself goes its way',
    by: 'risk',
  },
  { quantity: fields.quantity, price: fields.price, digest, reason },
);

export const allocate = orderEvent(
  'allocate',
  {
    ...commands,
    description: 'An approved order, for the stock (without side) or the order book (with side) of its item',
    by: 'risk',
  },
  wholeOrder,
);

export const cancel = orderEvent(
  'cancel',
  {
    ...commands,
    description: 'Cancel the order if that is still possible; the consumer of its item decides',
    by: 'risk',
  },
  wholeOrder,
);

export const stockReceived = itemEvent(
  'stock.received',
  { ...commands, description: "An item's stock changes by a delta", by: 'ingest' },
  {
    delta: z
      .int()
      .min(-1_000_000_000)
      .max(1_000_000_000)
      .refine((delta) => delta !== 0, { error: 'must not be 0' })
      .meta({ description: 'Pieces that came, or negative: pieces that are taken away', not: { const: 0 } }),
    receipt_id: z
      .string()
      // In characters, as JSON Schema counts, and not in halves of them.
      .regex(/^[\s\S]{1,128}$/u, { error: 'must be text of 1 to 128 characters' })
      .meta({ description: 'The same receipt of an item counts once' }),
  },
);

export const orderReserved = orderEvent(
  'order.reserved',
  {
    ...events,
    description: 'Stock is set aside for the whole order',
    by: 'inventory',
  },
  priced,
);

export const orderBackordered = orderEvent(
  'order.backordered',
  {
    ...events,
    description: 'The order waits for stock, oldest first',
    by: 'inventory',
  },
  priced,
);

export const orderCharged = orderEvent(
  'order.charged',
  {
    ...events,
    description: 'The order is paid',
    by: 'billing',
  },
  { amount, payment_id: paymentId, quantity: fields.quantity },
);

export const orderDeclined = orderEvent(
  'order.declined',
  {
    ...events,
    description: 'The payment was refused; final',
    by: 'billing',
  },
  { amount, payment_id: paymentId, quantity: fields.quantity, reason },
);

export const orderRefunded = orderEvent(
  'order.refunded',
  {
    ...events,
    description: 'An order that was paid and then cancelled is paid back; final',
    by: 'billing',
  },
  { amount, payment_id: paymentId, quantity: fields.quantity, reason },
);

export const settle = orderEvent(
  'settle',
  { ...commands, description: 'The reserved order is paid: its stock may leave', by: 'billing' },
  { payment_id: paymentId },
);

export const release = orderEvent(
  'release',
  {
    ...commands,
    description: 'The reserved order was not paid: its stock is free again',
    by: 'billing',
  },
  { payment_id: paymentId },
);

export const orderCompleted = orderEvent(
  'order.completed',
  { ...events, description: 'The stock has left; final', by: 'inventory' },
  priced,
);

export const orderResting = orderEvent(
  'order.resting',
  {
    ...events,
    description: 'What no counterpart took rests in the book',
    by: 'order-book',
  },
  { ...priced, remaining },
);

export const orderFilled = orderEvent(
  'order.filled',
  {
    ...events,
    description: 'A trade filled the order, or a part of it; final when nothing remains',
    by: 'order-book',
  },
  {
    quantity: fields.quantity.meta({ description: 'Quantity of this fill' }),
    price: fixedPrice.meta({ description: 'Price of the trade; never worse than the limit' }),
    remaining,
    trade_sequence: sequence,
  },
);

export const tradeExecuted = itemEvent(
  'trade.executed',
  { topic: 'trades', description: 'Two orders of an item met', by: 'order-book' },
  {
    sequence,
    price: fixedPrice.meta({ description: 'Price of the order that rested' }),
    quantity: fields.quantity,
    buy_order_id: fields.order_id,
    buyer: fields.user,
    sell_order_id: fields.order_id,
    seller: fields.user,
    taker: z.enum(['BUY', 'SELL']).meta({ description: 'Side of the order that came last' }),
  },
);

export const orderCancelled = orderEvent(
  'order.cancelled',
  {
    ...events,
    description: 'The order ends, with what remained of it; final',
    by: 'inventory, order-book; risk when it never approved',
    version: 2,
  },
  {
    remaining,
    reason,
    digest: digest.optional().meta({ description: 'Of the body that is the order, when risk never approved it' }),
  },
);

export const cancelRefused = orderEvent(
  'order.cancel_refused',
  {
    ...events,
    description: 'The order can no longer be cancelled and goes its way',
    by: 'inventory, order-book; risk when it rejected the order',
  },
  { remaining, reason },
);

const quoted = z.object({ price: fixedPrice, quantity: z.int().min(1) });

export const marketUpdated = itemEvent(
  'market.updated',
  {
    topic: 'market-data',
    description: "An item's market after a batch of commands: the current row, not every change",
    by: 'order-book',
  },
  {
    revision,
    sequence: z.int().min(0).meta({ description: 'Number of trades so far' }),
    volume: z.string().regex(/^\d+$/).meta({ description: 'Quantity traded so far, as text: it may pass 2⁵³' }),
    last_price: fixedPrice.optional().meta({ description: 'Of the last trade' }),
    best_bid: quoted.optional().meta({ description: 'Highest price somebody pays, and the quantity at it' }),
    best_ask: quoted.optional().meta({ description: 'Lowest price somebody takes, and the quantity at it' }),
  },
);

export const positionUpdated = itemEvent(
  'position.updated',
  {
    topic: 'positions',
    description: "A user's position in an item after a batch of trades: the current row, not every change",
    by: 'position',
  },
  {
    user: fields.user,
    revision,
    sequence: sequence.meta({ description: 'Highest number of a trade that is in it' }),
    quantity: z
      .string()
      .regex(/^-?\d+$/)
      .meta({ description: 'Net quantity as text, negative when more was sold than bought' }),
    cost: signedAmount.meta({ description: 'What the open quantity was bought for; negative: was sold for. Exact' }),
    average_price: amount.optional().meta({ description: 'Of the open quantity, rounded to 8 decimals' }),
    realised_profit: signedAmount,
  },
);
