import type { Order } from '../order/order';

/** What holds for one order when it is judged: configuration, read before, so that judging is pure. */
export interface Terms {
  /** The item's list price, a decimal string, written as an order's price is read; absent when it has none. */
  readonly listPrice?: string;
  /** The most that a user's open orders may come to, a decimal string. */
  readonly maxOpenNotional: string;
  /** The largest quantity of an order: the tightest of what is said for everybody, for the user and for the item. */
  readonly maxQuantity: number;
  /** Whether the user may sell what they do not hold. */
  readonly maySellShort: boolean;
  /** Whether an order without side may name its price where the item has no list price. */
  readonly mayNamePrice: boolean;
  /** On the block list: the user or the item. */
  readonly blocked?: 'user' | 'item';
}

/** What nobody said otherwise. */
export const defaultTerms: Terms = {
  maxOpenNotional: '1000000000',
  maxQuantity: 1_000_000,
  maySellShort: true,
  mayNamePrice: false,
};

/** Where terms come from; may be a few seconds old. */
export interface RiskConfiguration {
  /** @returns the terms of each of the orders, in their order. */
  termsOf(orders: readonly Pick<Order, 'user' | 'item' | 'price'>[]): Promise<readonly Terms[]>;
}
