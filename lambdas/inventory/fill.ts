import type { EventAnnouncer } from '../events/outcome';
import type { Facts, Outcome, Step } from '../kafka/fold/fold';
import { makeEvent } from '../order/events';
import { type QueueMark, queueKey, queueMarkKey, type Waiting } from './order-facts';
import { reserve, type Stock, ship, somebodyWaits } from './stock';

/** The rest of an event that made stock free: serve the queue's numbers `from` up to, without, `to`. */
export interface Fill {
  readonly type: 'fill';
  readonly item: string;
  readonly from: number;
  readonly to: number;
  /** Of the event that made stock free. */
  readonly time: string;
}

/** Orders served in one write: their events must fit its row. */
const ORDERS_A_STEP = 100;

/** What is left to do after stock came free: a step through the head of the queue, if anybody waits there. */
export function nextFill(stock: Stock, cause: { readonly item: string; readonly time: string }): { rest?: Fill } {
  if (!somebodyWaits(stock) || stock.available === 0) return {};
  const to = Math.min(stock.tail, stock.head + ORDERS_A_STEP);
  return { rest: { type: 'fill', item: cause.item, from: stock.head, to, time: cause.time } };
}

/** Serves the oldest orders first, and stops at the first that is still short: nobody overtakes it. */
export function fill(stock: Stock, step: Fill, facts: Facts, announce: EventAnnouncer): Step<Stock, Fill> {
  const outcomes: Outcome[] = [];
  let next = stock;
  for (let seq = step.from; seq < step.to; seq++) {
    const order = facts.get(queueKey(step.item, seq)) as Waiting;
    const mark = facts.get(queueMarkKey(step.item, seq)) as QueueMark | undefined;
    if (mark?.what !== 'left') {
      if (order.quantity > next.available) break;
      next = reserve(next, order.quantity);
      outcomes.push(announce.event(makeEvent('order.reserved', step, order)));
      if (order.settled || mark?.what === 'settled') {
        next = ship(next, order.quantity);
        outcomes.push(announce.event(makeEvent('order.completed', step, order)));
      }
    }
    next = { ...next, head: seq + 1 };
  }
  return { state: next, outcomes, ...(next.head === step.to ? nextFill(next, step) : {}) };
}
