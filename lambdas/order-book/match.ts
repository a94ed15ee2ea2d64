import type { Book } from './book';
import { type RestingOrder, rankOf, type Side } from './price-levels';

/** An order that comes to the book, or what earlier steps left of it. */
export interface Taker {
  readonly user: string;
  readonly side: Side;
  readonly price: string;
  readonly remaining: number;
}

export interface Fill {
  readonly maker: RestingOrder;
  readonly quantity: number;
  /** What is open of the resting order afterwards, and of the incoming one. */
  readonly makerRemaining: number;
  readonly takerRemaining: number;
}

export interface Match {
  readonly fills: readonly Fill[];
  readonly remaining: number;
  /**
   * How it ends: nothing remains; the rest waits in the book; the rest would trade with an order of the same user; or there
   * is more to match than a step may do.
   */
  readonly end: 'filled' | 'rests' | 'self_trade' | 'goes_on';
}

/**
 * Price-time priority: the best price first, in it the oldest order first, each trade at the price of the order that rested.
 * Decides only; the book stays as it is.
 *
 * Self-trade prevention is *cancel newest* (Nasdaq's name; Binance calls it EXPIRE_TAKER): when the next order in line is the
 * same user's, the incoming one ends there with what remains; fills before that stand, and the older order keeps its place.
 *
 * @param most fills in one step
 */
export function match(book: Book, taker: Taker, most: number): Match {
  const other = taker.side === 'BUY' ? 'SELL' : 'BUY';
  // Ranks of the other side: a level crosses when it is at least as good as the taker's own price would be there.
  const limit = rankOf(other, taker.price);
  const fills: Fill[] = [];
  let remaining = taker.remaining;
  for (let depth = 0; remaining > 0; depth++) {
    const level = book.level(other, depth);
    if (!level || level.rank < limit) return { fills, remaining, end: 'rests' };
    for (let maker = level.first; maker && remaining > 0; maker = maker.after) {
      if (maker.user === taker.user) return { fills, remaining, end: 'self_trade' };
      if (fills.length === most) return { fills, remaining, end: 'goes_on' };
      const quantity = Math.min(maker.remaining, remaining);
      remaining -= quantity;
      fills.push({ maker, quantity, makerRemaining: maker.remaining - quantity, takerRemaining: remaining });
    }
  }
  return { fills, remaining, end: 'filled' };
}
