/** What holds for one order when it is judged: configuration, read before, so that judging is pure. */
export interface Terms {
  /** The item's list price, a decimal string; absent when it has none. */
  readonly listPrice?: string;
  /** The most that a user's open orders may come to, a decimal string. */
  readonly maxOpenNotional: string;
  /** The largest quantity of an order: the tightest of what is said for everybody, for the user and for the item. */
  readonly maxQuantity: number;
  /** Whether the user may sell what they do not hold. */
  readonly maySellShort: boolean;
  /** On the block list: the user or the item. */
  readonly blocked?: 'user' | 'item';
}

/** What nobody said otherwise. */
export const defaultTerms: Terms = { maxOpenNotional: '1000000000', maxQuantity: 1_000_000, maySellShort: true };

/** Where terms come from; may be a few seconds old. */
export interface RiskConfiguration {
  /** @returns the terms of each of the orders, in their order. */
  termsOf(orders: readonly { readonly user: string; readonly item: string }[]): Promise<readonly Terms[]>;
}
