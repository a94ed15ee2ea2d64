import * as fc from 'fast-check';
import { type Cancel, makeEvent, type OrderflowEvent } from '../../../lambdas/order/events';
import type { Command } from './naive-book';

export const TIME = '2026-01-02T03:04:05.006Z';
export const orderId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A command as risk would send it. */
export function eventOf(command: Command, orders: readonly Command[], item = 'TCS') {
  const order = orders.find((one) => one.kind === 'allocate' && one.n === command.n) as Extract<
    Command,
    { kind: 'allocate' }
  >;
  const { n, user, side, price, quantity } = order;
  return makeEvent(command.kind, { time: TIME }, { order_id: orderId(n), user, item, side, price, quantity }) as Cancel;
}

/** What an event says, in the words of NaiveBook. */
export function wordsOf(event: OrderflowEvent): string {
  if (event.type === 'trade.executed') return `trade ${event.sequence}: ${event.quantity} at ${event.price}`;
  if (!('order_id' in event)) return event.type;
  const n = Number(event.order_id.slice(-12));
  const type = event.type.replace('order.', '');
  switch (event.type) {
    case 'order.filled':
      return `${n} filled ${event.quantity} at ${event.price} in ${event.trade_sequence}, ${event.remaining} left`;
    case 'order.cancelled':
    case 'order.cancel_refused':
      return `${n} ${type} ${event.remaining} ${event.reason}`;
    case 'order.resting':
      return `${n} resting ${event.remaining}`;
    default:
      return `${n} ${type}`;
  }
}

const PRICES = ['99', '99.5', '99.99999999', '100', '100.00000001', '101'];

/** Orders of a few users at a few prices, and cancels of some of them at any time: before, while they rest, after, twice. */
export const market: fc.Arbitrary<Command[]> = fc
  .array(
    fc.record({
      user: fc.constantFrom('ann', 'bob', 'cy', 'di'),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      price: fc.constantFrom(...PRICES),
      quantity: fc.integer({ min: 1, max: 30 }),
      cancels: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 2 }),
      repeat: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40, size: 'max' },
  )
  .map((orders) => {
    const timed = orders.flatMap(({ cancels, repeat, ...order }, n) => {
      const when = n / orders.length;
      const allocate: Command = { kind: 'allocate', n, ...order };
      return [
        { when, command: allocate },
        ...(repeat ? [{ when: when + 0.2, command: allocate }] : []),
        ...cancels.map((at) => ({ when: at, command: { kind: 'cancel', n } as const })),
      ];
    });
    return timed.sort((one, other) => one.when - other.when).map(({ command }) => command);
  });
