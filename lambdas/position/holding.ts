import { divideHalfEven, fromUnits, toUnits } from '../order/units';

/** What somebody holds of an item. All is text: quantities may pass 2⁵³, sums of money are decimals of up to 8 places. */
export interface Holding {
  /** Net quantity: negative when more was sold than bought. */
  readonly quantity: string;
  /** What the open quantity was bought for; negative: what it was sold for. Kept instead of a rounded average price. */
  readonly cost: string;
  /** Profit of what was closed, negative for a loss. */
  readonly realised: string;
}

export const flat: Holding = { quantity: '0', cost: '0', realised: '0' };

/** One user's side of a trade. */
export interface Execution {
  readonly side: 'BUY' | 'SELL';
  readonly quantity: number;
  readonly price: string;
}

/**
 * A trade on a position, at average cost. What goes with the position adds to its quantity and cost; what goes against it
 * closes at the average price, and what is more than there was opens the other way round.
 *
 * All is exact but one division: the share of the cost that a partial close takes along is rounded to 8 decimals, half to
 * even. What it leaves is the exact rest, so no money appears or vanishes: realised profit = money in − money out + cost of
 * what is open, always; and it is exact whenever the position is flat.
 */
export function book(holding: Holding, { side, quantity, price }: Execution): Holding {
  const direction = side === 'BUY' ? 1n : -1n;
  const traded = BigInt(quantity);
  const unitPrice = toUnits(price);
  const open = BigInt(holding.quantity);
  const cost = toUnits(holding.cost);
  const realised = toUnits(holding.realised);

  const closed = open * direction < 0n ? smaller(traded, magnitude(open)) : 0n;
  const opened = traded - closed;
  // The whole of it when all is closed: then nothing is divided.
  const released = closed === 0n ? 0n : divideHalfEven(cost * closed, magnitude(open));
  return {
    quantity: String(open + direction * traded),
    cost: fromUnits(cost - released + direction * opened * unitPrice),
    realised: fromUnits(realised - direction * closed * unitPrice - released),
  };
}

/** Average price of what is open, rounded to 8 decimals, half to even; undefined when nothing is. */
export function averagePrice({ quantity, cost }: Holding): string | undefined {
  const open = BigInt(quantity);
  return open === 0n ? undefined : fromUnits(divideHalfEven(toUnits(cost), open));
}

/** What closing all at this price would add to the profit. Exact. */
export function unrealisedProfit({ quantity, cost }: Holding, price: string): string {
  return fromUnits(BigInt(quantity) * toUnits(price) - toUnits(cost));
}

const magnitude = (value: bigint) => (value < 0n ? -value : value);
const smaller = (one: bigint, other: bigint) => (one < other ? one : other);
