import { type Level, type Place, PriceLevels, type RestingOrder, type Side } from './price-levels';

/** The three things that can happen to a resting order; all that ever changes a book. */
export type Change =
  | readonly ['rest', order_id: string, user: string, side: Side, price: string, remaining: number]
  | readonly ['fill', order_id: string, quantity: number]
  | readonly ['drop', order_id: string];

/** A level as readers see it. */
export interface LevelSummary {
  readonly price: string;
  readonly quantity: number;
  readonly orders: number;
}

/** The best levels of both sides, best first. */
export interface Depth {
  readonly bids: readonly LevelSummary[];
  readonly asks: readonly LevelSummary[];
}

/**
 * The resting orders of one item: price levels, in each a queue by time, and an index by order. Every operation costs the
 * same in a book of ten orders and of a hundred thousand, but for a new price far from the best one.
 *
 * It changes in place, since copying is out of the question, and counts its changes: {@link revision} tells whether it still
 * is what somebody has seen. Which orders meet is not its business.
 */
export class Book {
  readonly #sides = { BUY: new PriceLevels('BUY'), SELL: new PriceLevels('SELL') };
  readonly #places = new Map<string, Place>();
  #unsaved: Change[] = [];
  #revision = 0;

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Number of resting orders. */
  get size(): number {
    return this.#places.size;
  }

  get(order_id: string): RestingOrder | undefined {
    return this.#places.get(order_id);
  }

  /** A level of a side; depth 0 is the best price. */
  level(side: Side, depth = 0): Level | undefined {
    return this.#sides[side].at(depth);
  }

  /** Makes a change and keeps it for the log. */
  change(change: Change): void {
    this.replay(change);
    this.#unsaved.push(change);
  }

  /** Makes a change that is in the log already. */
  replay(change: Change): void {
    if (change[0] === 'rest') {
      const [, order_id, user, side, price, remaining] = change;
      this.#rest({ order_id, user, side, price, remaining });
    } else if (change[0] === 'fill') this.#fill(this.#place(change[1]), change[2]);
    else this.#leave(this.#place(change[1]));
    this.#revision++;
  }

  /** The changes since this was called last. */
  takeUnsaved(): readonly Change[] {
    const changes = this.#unsaved;
    this.#unsaved = [];
    return changes;
  }

  depth(levels: number): Depth {
    return { bids: this.#summaries('BUY', levels), asks: this.#summaries('SELL', levels) };
  }

  /** All orders of a side, worst price first, in each price the oldest first: the cheapest order to build a book in. */
  *orders(side: Side): Generator<RestingOrder> {
    for (let depth = this.#sides[side].count - 1; depth >= 0; depth--) {
      for (let place = this.#sides[side].at(depth)?.first; place; place = place.after) yield place;
    }
  }

  #rest(order: RestingOrder): void {
    if (this.#places.has(order.order_id)) throw new Error(`Order ${order.order_id} rests already`);
    const level = this.#sides[order.side].level(order.price);
    const place: Place = { ...order, level, before: level.last, after: undefined };
    if (level.last) level.last.after = place;
    else level.first = place;
    level.last = place;
    level.quantity += order.remaining;
    level.orders++;
    this.#places.set(order.order_id, place);
  }

  #fill(place: Place, quantity: number): void {
    if (!(quantity > 0 && quantity <= place.remaining)) {
      throw new Error(`Order ${place.order_id} has ${place.remaining} left, not ${quantity}`);
    }
    if (quantity === place.remaining) {
      this.#leave(place);
      return;
    }
    place.remaining -= quantity;
    place.level.quantity -= quantity;
  }

  #leave(place: Place): void {
    const { level, before, after } = place;
    if (before) before.after = after;
    else level.first = after;
    if (after) after.before = before;
    else level.last = before;
    level.quantity -= place.remaining;
    level.orders--;
    if (level.orders === 0) this.#sides[place.side].remove(level);
    this.#places.delete(place.order_id);
  }

  #place(order_id: string): Place {
    const place = this.#places.get(order_id);
    if (!place) throw new Error(`Order ${order_id} does not rest in this book`);
    return place;
  }

  #summaries(side: Side, levels: number): LevelSummary[] {
    const found: LevelSummary[] = [];
    for (let depth = 0; depth < levels; depth++) {
      const level = this.#sides[side].at(depth);
      if (!level) break;
      found.push({ price: level.price, quantity: level.quantity, orders: level.orders });
    }
    return found;
  }
}
