import type { Announcer } from '../events/outcome';
import type { Facts, Step } from '../kafka/fold/fold';
import { digestOf } from '../order/digest';
import { makeEvent } from '../order/events';
import type { Order } from '../order/order';
import { type Exposure, expose, withEntry, withOpen } from './exposure';
import { judge } from './judge';
import { cancelAsked, isOver, type Placement } from './order-facts';
import type { Terms } from './terms';

/** An order as it stood on `orders`. */
export interface Placed {
  readonly type: 'placed';
  readonly order: Order;
  /** Of its record. */
  readonly time: string;
  /** Added before the fold. */
  readonly terms: Terms;
}

/** Open orders that a user's row keeps: with each it grows by some 30 bytes, and a write unit is a kilobyte. */
export const ORDERS_IN_ROW = 20;

/** Decides on an order, once. What overtook it counts: a request to cancel it, its end, its fills. */
export function place(
  state: Exposure,
  event: Placed,
  facts: Facts,
  announce: Announcer,
  ordersInRow: number,
): Step<Exposure, never> {
  const { order } = event;
  const id = order.order_id;
  const filled = state.early[id] ?? 0;
  const known: Exposure = filled === 0 ? state : { ...state, early: withEntry(state.early, id, undefined) };

  if (isOver(facts, id)) return { state: known, fact: { decision: 'over', order, kept: 'facts' } satisfies Placement };
  if (cancelAsked(facts, id, order.user) && filled === 0) {
    const cancelled = {
      ...order,
      remaining: order.quantity,
      reason: 'cancel_requested',
      digest: digestOf(order),
    };
    return {
      state: known,
      fact: { decision: 'cancelled', order, kept: 'facts' } satisfies Placement,
      outcomes: [announce.event(makeEvent('order.cancelled', event, cancelled))],
    };
  }

  // An order with fills was approved before: then this table has been lost, and what it forgot is not judged again.
  const wasApproved = filled > 0 && order.side !== undefined && order.price !== undefined;
  const judgement = wasApproved ? { price: order.price as string } : judge(known, order, event.terms);
  if (judgement.reason !== undefined) {
    const rejected = { ...order, reason: judgement.reason };
    return {
      state: known,
      fact: { decision: 'rejected', order, kept: 'facts' } satisfies Placement,
      outcomes: [announce.event(makeEvent('order.rejected', event, rejected))],
    };
  }
  // Fills that came early were counted piece by piece, and so must be the others: the row takes what remains instead.
  const keepsInRow = filled === 0 && Object.keys(known.open).length < ordersInRow;
  const open = { quantity: order.quantity - filled, keepsInRow };
  const approved = approve(known, event, { ...order, price: judgement.price }, open, announce);
  if (!cancelAsked(facts, id, order.user)) return approved;
  const cancel = announce.command(makeEvent('cancel', event, { ...order, price: judgement.price }));
  return { ...approved, outcomes: [...approved.outcomes, cancel] };
}

function approve(
  state: Exposure,
  event: Placed,
  order: Order & { price: string },
  open: { readonly quantity: number; readonly keepsInRow: boolean },
  announce: Announcer,
) {
  const { order_id, item, side, price } = order;
  const exposed = expose(state, { item, side, price, remaining: open.quantity });
  return {
    state: open.keepsInRow ? { ...exposed, open: withOpen(state, order_id, open.quantity) } : exposed,
    fact: { decision: 'approved', order, kept: open.keepsInRow ? 'row' : 'facts' } satisfies Placement,
    outcomes: [
      announce.event(makeEvent('order.approved', event, order)),
      announce.command(makeEvent('allocate', event, order)),
    ],
  };
}
