import { toUnits } from '../../../lambdas/order/units';

/** A command as a test makes it up. */
export type Command =
  | {
      readonly kind: 'allocate';
      readonly n: number;
      readonly user: string;
      readonly side: 'BUY' | 'SELL';
      readonly price: string;
      readonly quantity: number;
    }
  | { readonly kind: 'cancel'; readonly n: number };

interface Waiting {
  readonly n: number;
  readonly user: string;
  readonly side: 'BUY' | 'SELL';
  readonly price: string;
  remaining: number;
}

/**
 * The rules of the book as one would explain them: a list of orders, sorted anew for each that comes. It tells what happens as
 * lines of text.
 */
export class NaiveBook {
  waiting: Waiting[] = [];
  told: string[] = [];
  trades: { price: string; quantity: number; taker: Waiting; maker: Waiting }[] = [];
  readonly #placed = new Set<number>();
  readonly #cancels = new Set<number>();

  do(command: Command): void {
    if (command.kind === 'cancel') this.#cancel(command.n);
    else this.#allocate(command);
  }

  #allocate({ n, user, side, price, quantity }: Extract<Command, { kind: 'allocate' }>): void {
    if (this.#placed.has(n)) return;
    this.#placed.add(n);
    if (this.#cancels.has(n)) {
      this.told.push(`${n} cancelled ${quantity} cancel_requested`);
      return;
    }
    const taker = { n, user, side, price, remaining: quantity };
    for (const maker of this.#counterparts(taker)) {
      if (taker.remaining === 0) break;
      if (maker.user === user) {
        this.told.push(`${n} cancelled ${taker.remaining} self_trade`);
        return;
      }
      this.#trade(taker, maker);
    }
    if (taker.remaining === 0) return;
    this.waiting.push(taker);
    this.told.push(`${n} resting ${taker.remaining}`);
  }

  #counterparts(taker: Waiting): Waiting[] {
    const better = (one: string, other: string) =>
      Number(toUnits(one) - toUnits(other)) * (taker.side === 'BUY' ? 1 : -1);
    return this.waiting
      .filter(({ side, price }) => side !== taker.side && better(price, taker.price) <= 0)
      .map((order, age) => ({ order, age }))
      .sort((one, other) => better(one.order.price, other.order.price) || one.age - other.age)
      .map(({ order }) => order);
  }

  #trade(taker: Waiting, maker: Waiting): void {
    const quantity = Math.min(taker.remaining, maker.remaining);
    taker.remaining -= quantity;
    maker.remaining -= quantity;
    this.waiting = this.waiting.filter(({ remaining }) => remaining > 0);
    this.trades.push({ price: maker.price, quantity, taker: { ...taker }, maker: { ...maker } });
    const sequence = this.trades.length;
    this.told.push(`${maker.n} filled ${quantity} at ${maker.price} in ${sequence}, ${maker.remaining} left`);
    this.told.push(`${taker.n} filled ${quantity} at ${maker.price} in ${sequence}, ${taker.remaining} left`);
    this.told.push(`trade ${sequence}: ${quantity} at ${maker.price}`);
  }

  #cancel(n: number): void {
    if (this.#cancels.has(n)) return;
    this.#cancels.add(n);
    const order = this.waiting.find((one) => one.n === n);
    if (order) {
      this.waiting = this.waiting.filter((one) => one !== order);
      this.told.push(`${n} cancelled ${order.remaining} cancel_requested`);
    } else if (this.#placed.has(n)) this.told.push(`${n} cancel_refused 0 nothing_remains`);
  }
}
