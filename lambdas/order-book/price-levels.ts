import { toUnits } from '../order/units';

export type Side = 'BUY' | 'SELL';

/** What is left of an order that waits in the book. */
export interface RestingOrder {
  readonly order_id: string;
  readonly user: string;
  readonly side: Side;
  /** Canonical decimal string: equal prices are equal strings. */
  readonly price: string;
  readonly remaining: number;
}

/** An order in its level's queue. */
export interface Place {
  readonly order_id: string;
  readonly user: string;
  readonly side: Side;
  readonly price: string;
  remaining: number;
  readonly level: Level;
  before: Place | undefined;
  after: Place | undefined;
}

/** The orders of one side at one price, first come first served. */
export interface Level {
  readonly price: string;
  /** Grows with how good the price is to the other side. */
  readonly rank: bigint;
  quantity: number;
  orders: number;
  first: Place | undefined;
  last: Place | undefined;
}

/** Of two prices of a side the one with the higher rank is matched first: the highest bid, the lowest ask. */
export const rankOf = (side: Side, price: string) => (side === 'BUY' ? toUnits(price) : -toUnits(price));

/**
 * The price levels of one side. They stand in an array, worst first, so that the market's activity, which is near the best
 * price, happens at the array's cheap end.
 */
export class PriceLevels {
  readonly #sorted: Level[] = [];
  readonly #byPrice = new Map<string, Level>();

  constructor(private readonly side: Side) {}

  get count(): number {
    return this.#sorted.length;
  }

  /** @param depth 0 is the best */
  at(depth: number): Level | undefined {
    return this.#sorted[this.#sorted.length - 1 - depth];
  }

  /** The level of a price, made when there is none yet. */
  level(price: string): Level {
    const known = this.#byPrice.get(price);
    if (known) return known;
    const level = {
      price,
      rank: rankOf(this.side, price),
      quantity: 0,
      orders: 0,
      first: undefined,
      last: undefined,
    };
    const best = this.at(0);
    if (best === undefined || best.rank < level.rank) this.#sorted.push(level);
    else this.#sorted.splice(this.#position(level.rank), 0, level);
    this.#byPrice.set(price, level);
    return level;
  }

  remove(level: Level): void {
    this.#byPrice.delete(level.price);
    if (level === this.at(0)) this.#sorted.pop();
    else this.#sorted.splice(this.#position(level.rank), 1);
  }

  /** Index of the first level whose rank is not lower. */
  #position(rank: bigint): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] as Level).rank < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
