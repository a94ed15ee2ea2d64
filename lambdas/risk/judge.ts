import Big from 'big.js';
import type { Order } from '../order/order';
import { type Exposure, holdingOf, notionalOf } from './exposure';
import type { Terms } from './terms';

export type Judgement = { readonly price: string; readonly reason?: undefined } | { readonly reason: RejectionReason };

export type RejectionReason =
  | 'user_blocked'
  | 'item_blocked'
  | 'no_price'
  | 'quantity_limit'
  | 'notional_limit'
  | 'not_held';

/** Approves an order at a price, or says why not; the first rule that refuses it names the reason. */
export function judge(state: Exposure, order: Order, terms: Terms): Judgement {
  if (terms.blocked) return { reason: `${terms.blocked}_blocked` };
  const price = order.price ?? terms.listPrice;
  if (price === undefined) return { reason: 'no_price' };
  if (order.quantity > terms.maxQuantity) return { reason: 'quantity_limit' };
  if (exceeds(state, price, order.quantity, terms.maxOpenNotional)) return { reason: 'notional_limit' };
  const { held, selling } = holdingOf(state, order.item);
  if (order.side === 'SELL' && !terms.maySellShort && order.quantity > held - selling) return { reason: 'not_held' };
  return { price };
}

const exceeds = (state: Exposure, price: string, quantity: number, limit: string) =>
  Big(state.notional).plus(notionalOf(price, quantity)).gt(limit);
