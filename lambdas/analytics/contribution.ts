import Big from 'big.js';
import type { OrderflowEvent } from '../order/events';
import { type Figures, noFigures, noItem } from './figures';

/** What an event adds to its window; undefined when it adds nothing. */
export function contributionOf(event: OrderflowEvent): Figures | undefined {
  switch (event.type) {
    case 'order.approved':
      return {
        ...noFigures,
        approved: 1,
        items: [[event.item, { ...noItem, orders: 1, quantity: String(event.quantity) }]],
      };
    case 'order.rejected':
      return { ...noFigures, rejected: 1 };
    case 'order.charged':
      return {
        ...noFigures,
        charged: 1,
        charged_amount: Big(event.amount).toFixed(),
        items: [[event.item, { ...noItem, revenue: Big(event.amount).toFixed() }]],
      };
    case 'order.declined':
      return { ...noFigures, declined: 1 };
    case 'order.refunded':
      return {
        ...noFigures,
        refunded: 1,
        refunded_amount: Big(event.amount).toFixed(),
        items: [[event.item, { ...noItem, revenue: Big(event.amount).times(-1).toFixed() }]],
      };
    case 'order.completed':
      return { ...noFigures, completed: 1 };
    case 'order.filled':
      if (event.side !== 'BUY') return undefined;
      return { ...noFigures, traded: 1, traded_amount: Big(event.price).times(event.quantity).toFixed() };
    default:
      return undefined;
  }
}

const MINUTE_MS = 60_000;

/** The window of an instant, named by the minute it begins with: `2026-11-21T10:05`. @param time epoch milliseconds */
export function windowOf(time: number): string {
  return new Date(Math.floor(time / MINUTE_MS) * MINUTE_MS).toISOString().slice(0, 16);
}
