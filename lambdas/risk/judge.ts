import Big from 'big.js';
import type { Order } from '../order/order';
import { type Exposure, holdingOf, notionalOf } from './exposure';
import type { Terms } from './terms';

export type Judgement = { readonly price: string; readonly reason?: undefined } | { readonly reason: RejectionReason };

export type RejectionReason =
  | 'user_blocked'
  | 'item_blocked'
  | 'no_price'
  | 'own_price'
  | 'price_differs'
  | 'not_an_instrument'
  | 'quantity_limit'
  | 'notional_limit'
  | 'not_held';

/** Approves an order at a price, or says why not; the first rule that refuses it names the reason. */
export function judge(state: Exposure, order: Order, terms: Terms): Judgement {
  if (terms.blocked) return { reason: `${terms.blocked}_blocked` };
  const priced = priceOf(order, terms);
  if (priced.reason !== undefined) return priced;
  const { price } = priced;
  if (order.quantity > terms.maxQuantity) return { reason: 'quantity_limit' };
  if (exceeds(state, price, order.quantity, terms.maxOpenNotional)) return { reason: 'notional_limit' };
  const { held, selling } = holdingOf(state, order.item);
  if (order.side === 'SELL' && !terms.maySellShort && order.quantity > held - selling) return { reason: 'not_held' };
  return { price };
}

/**
 * Who sets the price. An item with a list price is sold from stock at that price and no other: what an order names is then
 * what its buyer expects, and must be the same. An instrument's price is the order's limit. A price of one's own for any other
 * item needs a limit that allows it.
 */
function priceOf({ side, price }: Order, { listPrice, mayNamePrice }: Terms): Judgement {
  if (listPrice !== undefined) {
    if (side !== undefined) return { reason: 'not_an_instrument' };
    return price === undefined || price === listPrice ? { price: listPrice } : { reason: 'price_differs' };
  }
  if (price === undefined) return { reason: 'no_price' };
  return side !== undefined || mayNamePrice ? { price } : { reason: 'own_price' };
}

const exceeds = (state: Exposure, price: string, quantity: number, limit: string) =>
  Big(state.notional).plus(notionalOf(price, quantity)).gt(limit);
