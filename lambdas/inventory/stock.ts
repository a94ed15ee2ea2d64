import { compactId } from '../order/ids';

/** What an item's state row holds; counts, and a few orders, so that it stays small whatever happens to the item. */
export interface Stock {
  /** Pieces that nobody has a claim to. Never negative. */
  readonly available: number;
  /** Pieces set aside for orders that are not settled yet. Never negative. */
  readonly reserved: number;
  /** Number of the oldest order in the queue of those that wait; all before it have left the queue. */
  readonly head: number;
  /** Number that the next order to wait will get. */
  readonly tail: number;
  /** Compact ids of reserved orders: of some, so that the row stays small; of others their facts tell. */
  readonly open: readonly string[];
  /** A command came before its order's allocation once: since then allocations look for such. */
  readonly overtaken?: true;
}

/** Reserved orders that an item's row keeps: each some 25 bytes, and a write unit is a kilobyte. */
export const ORDERS_IN_ROW = 20;

export const noStock: Stock = { available: 0, reserved: 0, head: 0, tail: 0, open: [] };

export const reserve = (stock: Stock, quantity: number): Stock => ({
  ...stock,
  available: stock.available - quantity,
  reserved: stock.reserved + quantity,
});

export const isOpen = ({ open }: Stock, orderId: string) => open.includes(compactId(orderId));

export const opened = (stock: Stock, orderId: string): Stock => ({
  ...stock,
  open: [...stock.open, compactId(orderId)],
});

export const closed = (stock: Stock, orderId: string): Stock => ({
  ...stock,
  open: stock.open.filter((id) => id !== compactId(orderId)),
});

export const giveBack = (stock: Stock, quantity: number): Stock => reserve(stock, -quantity);

export const ship = (stock: Stock, quantity: number): Stock => ({ ...stock, reserved: stock.reserved - quantity });

/** Strictly the oldest first: as long as somebody waits, whoever comes new waits too. */
export const canReserve = (stock: Stock, quantity: number) => stock.head === stock.tail && stock.available >= quantity;

export const somebodyWaits = (stock: Stock) => stock.head < stock.tail;
