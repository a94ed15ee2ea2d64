import Big from 'big.js';
import { compactId } from '../order/ids';
import type { Order } from '../order/order';

/** What is open of an approved order. */
export interface OpenOrder {
  readonly item: string;
  readonly side?: Order['side'];
  readonly price: string;
  readonly remaining: number;
}

/** A user's state row. */
export interface Exposure {
  /** What all open orders of the user come to; exact. Zero when all are final. */
  readonly notional: string;
  /** What remains open of orders, by compact id: of some, so that the row stays small; of others their facts tell. */
  readonly open: Readonly<Record<string, number>>;
  /** Instruments: what the user holds by the fills, and how much of it is on sale. */
  readonly items: Readonly<Record<string, Holding>>;
  /** Pieces filled of orders whose placement was not seen yet. */
  readonly early: Readonly<Record<string, number>>;
  /** The end of an order, or a request to cancel one, came before its placement once: since then placements look for it. */
  readonly overtaken?: true;
}

export interface Holding {
  readonly held: number;
  readonly selling: number;
}

export const noExposure: Exposure = { notional: '0', open: {}, items: {}, early: {} };

const nothing: Holding = { held: 0, selling: 0 };

export const holdingOf = (state: Exposure, item: string) =>
  (Object.hasOwn(state.items, item) && state.items[item]) || nothing;

/** What the row says is open of an order; nothing of one whose facts tell. */
export const openInRow = (state: Exposure, orderId: string): number | undefined => state.open[compactId(orderId)];

export const withOpen = (state: Exposure, orderId: string, quantity: number | undefined): Exposure['open'] =>
  withEntry(state.open, compactId(orderId), quantity);

/** An order is approved: what is open of it counts from now on. */
export const expose = (state: Exposure, order: OpenOrder): Exposure => ({
  ...state,
  notional: plus(state.notional, notionalOf(order.price, order.remaining)),
  ...(order.side === 'SELL' ? { items: hold(state, order.item, { selling: order.remaining }) } : {}),
});

/** What is no longer open, for whatever reason, no longer counts. */
export const giveBack = (state: Exposure, order: OpenOrder): Exposure => ({
  ...state,
  notional: plus(state.notional, `-${notionalOf(order.price, order.remaining)}`),
  ...(order.side === 'SELL' ? { items: hold(state, order.item, { selling: -order.remaining }) } : {}),
});

/** Pieces changed hands. */
export const trade = (state: Exposure, { item, side }: Pick<OpenOrder, 'item' | 'side'>, quantity: number): Exposure =>
  quantity === 0 ? state : { ...state, items: hold(state, item, { held: side === 'SELL' ? -quantity : quantity }) };

export const notionalOf = (price: string, quantity: number) => Big(price).times(quantity).toFixed();

const plus = (one: string, other: string) => Big(one).plus(other).toFixed();

function hold(state: Exposure, item: string, change: Partial<Holding>): Exposure['items'] {
  const { held, selling } = holdingOf(state, item);
  const next = { held: held + (change.held ?? 0), selling: selling + (change.selling ?? 0) };
  return withEntry(state.items, item, next.held === 0 && next.selling === 0 ? undefined : next);
}

/** A copy with an entry set, or without it. */
export function withEntry<T>(map: Readonly<Record<string, T>>, key: string, value: T | undefined): Record<string, T> {
  const { [key]: _, ...others } = map;
  return value === undefined ? others : { ...others, [key]: value };
}
