import { defaultTerms, type Terms } from './terms';

/** What a row of the limits table may say for everybody, for a user or for an item. */
export interface Limits {
  readonly maxOpenNotional?: string;
  readonly maxQuantity?: number;
  readonly maySellShort?: boolean;
  readonly mayNamePrice?: boolean;
  readonly blocked?: boolean;
}

/** The terms of an order, from the widest limits to the narrowest. */
export function combine(
  everybody: Limits | undefined,
  user: Limits | undefined,
  item: Limits | undefined,
  listPrice: string | undefined,
): Terms {
  const blocked = user?.blocked ? 'user' : item?.blocked ? 'item' : undefined;
  const ofUser = user?.maxQuantity ?? everybody?.maxQuantity ?? defaultTerms.maxQuantity;
  return {
    maxOpenNotional: user?.maxOpenNotional ?? everybody?.maxOpenNotional ?? defaultTerms.maxOpenNotional,
    maxQuantity: Math.min(ofUser, item?.maxQuantity ?? ofUser),
    maySellShort: user?.maySellShort ?? everybody?.maySellShort ?? defaultTerms.maySellShort,
    // What is said of an item is said of its price; a user may still be kept from naming any.
    mayNamePrice:
      user?.mayNamePrice !== false &&
      (item?.mayNamePrice ?? user?.mayNamePrice ?? everybody?.mayNamePrice ?? defaultTerms.mayNamePrice),
    ...(blocked && { blocked }),
    ...(listPrice !== undefined && { listPrice }),
  };
}
