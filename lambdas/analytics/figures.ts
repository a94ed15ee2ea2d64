import Big from 'big.js';

/** What is counted of one item. */
export interface ItemFigures {
  /** Approved orders. */
  readonly orders: number;
  /** Their quantity: whole number, as text since sums may exceed what a double holds. */
  readonly quantity: string;
  /** Charges less refunds: decimal text. */
  readonly revenue: string;
}

/** Counts and exact sums of some events. Plain JSON; amounts are decimal text. */
export interface Figures {
  readonly approved: number;
  readonly rejected: number;
  readonly charged: number;
  readonly declined: number;
  readonly refunded: number;
  readonly completed: number;
  /** Trades: a trade fills two orders and counts once, with its buyer. */
  readonly traded: number;
  readonly charged_amount: string;
  readonly refunded_amount: string;
  readonly traded_amount: string;
  readonly items: readonly (readonly [item: string, figures: ItemFigures])[];
  /** Sums of the items there was no room for. */
  readonly other_items?: ItemFigures;
}

const counts = ['approved', 'rejected', 'charged', 'declined', 'refunded', 'completed', 'traded'] as const;
const amounts = ['charged_amount', 'refunded_amount', 'traded_amount'] as const;

export const noItem: ItemFigures = { orders: 0, quantity: '0', revenue: '0' };

export const noFigures: Figures = {
  approved: 0,
  rejected: 0,
  charged: 0,
  declined: 0,
  refunded: 0,
  completed: 0,
  traded: 0,
  charged_amount: '0',
  refunded_amount: '0',
  traded_amount: '0',
  items: [],
};

/**
 * Adds up figures, exactly.
 *
 * @param room bytes that the items may take together, about; what comes after is summed as other items.
 */
export function sumFigures(all: readonly Figures[], room = Number.POSITIVE_INFINITY): Figures {
  const items = new Map<string, ItemFigures>();
  let others: ItemFigures | undefined;
  let left = room;
  const add = (item: string, figures: ItemFigures) => {
    const known = items.get(item);
    if (known) {
      items.set(item, plusItem(known, figures));
      return;
    }
    left -= Buffer.byteLength(item) + ITEM_OVERHEAD;
    if (left >= 0) items.set(item, figures);
    else others = plusItem(others ?? noItem, figures);
  };
  for (const figures of all) {
    for (const [item, itemFigures] of figures.items) add(item, itemFigures);
    if (!figures.other_items) continue;
    others = plusItem(others ?? noItem, figures.other_items);
    // Once there was no room, none comes again, so that sums do not depend on how they were cut.
    left = Number.NEGATIVE_INFINITY;
  }
  return {
    ...(Object.fromEntries(counts.map((name) => [name, total(all, name)])) as Record<(typeof counts)[number], number>),
    ...(Object.fromEntries(amounts.map((name) => [name, totalAmount(all, name)])) as Record<
      (typeof amounts)[number],
      string
    >),
    items: [...items],
    ...(others && { other_items: others }),
  };
}

/** What an item takes beside its name. */
const ITEM_OVERHEAD = 60;

const total = (all: readonly Figures[], name: (typeof counts)[number]) =>
  all.reduce((sum, figures) => sum + figures[name], 0);

const totalAmount = (all: readonly Figures[], name: (typeof amounts)[number]) =>
  all.reduce((sum, figures) => plus(sum, figures[name]), '0');

export const plusItem = (one: ItemFigures, other: ItemFigures): ItemFigures => ({
  orders: one.orders + other.orders,
  quantity: plus(one.quantity, other.quantity),
  revenue: plus(one.revenue, other.revenue),
});

/** Most summands are nothing. */
export const plus = (one: string, other: string): string =>
  one === '0' ? other : other === '0' ? one : Big(one).plus(other).toFixed();

export const minus = (one: string, other: string): string => Big(one).minus(other).toFixed();
