import Big from 'big.js';
import { type Invariant, storyOf } from '../picture';

const sum = (amounts: readonly string[]) => amounts.reduce((total, amount) => total.plus(amount), Big(0));

/** Double entry: what one account gets another gives; in all, `payments` holds what was charged and not paid back. */
export const postingsBalance: Invariant = (picture) => {
  const { ledger } = picture;
  const entries = [...ledger].map(([id, { charge, refund }]) => ({
    id,
    postings: [...(charge?.postings ?? []), ...(refund?.postings ?? [])],
  }));
  const uneven = entries.flatMap(({ id, postings }) => {
    const left = sum(postings.map(({ amount }) => amount));
    return left.eq(0) ? [] : [`The postings of order ${id} sum to ${left.toFixed()}`];
  });
  const story = storyOf(picture);
  const taken = sum(story.of('order.charged').map(({ amount }) => amount));
  const given = sum(story.of('order.refunded').map(({ amount }) => amount));
  const held = sum(
    entries.flatMap(({ postings }) =>
      postings.filter(({ account }) => account === 'payments').map(({ amount }) => amount),
    ),
  );
  const told = taken.minus(given);
  return held.eq(told)
    ? uneven
    : [...uneven, `The ledger holds ${held.toFixed()}, the events say ${told.toFixed()} was charged and kept`];
};

/** The provider, the ledger and the events tell the same of every order; what was paid and kept is what was shipped. */
export const everyCompletedOrderIsChargedOnce: Invariant = (picture) => {
  const story = storyOf(picture);
  const ids = <T extends { readonly order_id: string }>(events: readonly T[]) =>
    new Map(events.map((event) => [event.order_id, event]));
  const charged = ids(story.of('order.charged'));
  const refunded = ids(story.of('order.refunded'));
  const completed = ids(story.of('order.completed'));
  const approved = ids(story.of('order.approved'));
  const all = new Set([...charged.keys(), ...completed.keys(), ...picture.ledger.keys(), ...picture.payments.keys()]);

  return [...all].flatMap((id) => {
    const { charge, refund } = picture.ledger.get(id) ?? {};
    const payment = picture.payments.get(id);
    const order = approved.get(id);
    const says = {
      provider: payment?.status === 'charged' && !payment.refunded,
      ledger: charge?.result === 'charged' && refund?.result !== 'refunded',
      events: charged.has(id) && !refunded.has(id),
      stock: completed.has(id),
    };
    const faults: string[] = [];
    if (new Set(Object.values(says)).size > 1) {
      const who = Object.entries(says).map(([name, paid]) => `${name} ${paid ? 'yes' : 'no'}`);
      faults.push(`Whether order ${id} is paid for good: ${who.join(', ')}`);
    }
    const due = order && Big(order.price).times(order.quantity).toFixed();
    for (const [who, amount] of [
      ['event', charged.get(id)?.amount],
      ['ledger', charge?.result === 'charged' ? charge.amount : undefined],
      ['provider', payment?.status === 'charged' ? payment.amount : undefined],
    ] as const) {
      if (amount !== undefined && amount !== due) {
        faults.push(`The ${who} says ${amount} for order ${id}, which comes to ${due}`);
      }
    }
    return faults;
  });
};

/** A user's open notional is what their open orders come to: zero when all are final. */
export const exposureIsWhatIsOpen: Invariant = (picture) => {
  const story = storyOf(picture);
  const open = new Map<string, Big>();
  for (const { order_id, user, price, quantity } of story.of('order.approved')) {
    const remaining = remainingOf(story.ofOrder(order_id), quantity);
    open.set(user, (open.get(user) ?? Big(0)).plus(Big(price).times(remaining)));
  }
  const users = new Set([...open.keys(), ...picture.exposures.keys()]);
  return [...users].flatMap((user) => {
    const { notional = '0', early = {} } = picture.exposures.get(user) ?? {};
    const wanted = open.get(user) ?? Big(0);
    return [
      ...(wanted.eq(notional)
        ? []
        : [`${user} is exposed by ${notional}, their open orders come to ${wanted.toFixed()}`]),
      ...Object.keys(early).map((id) => `A fill of order ${id} waits for its placement at ${user}`),
    ];
  });
};

/** What is open of an order, by its events. */
export function remainingOf(events: readonly { type: string; remaining?: unknown }[], quantity: number): number {
  if (events.some(({ type }) => ['order.completed', 'order.cancelled', 'order.declined'].includes(type))) return 0;
  const left = events.flatMap(({ type, remaining }) => (type === 'order.filled' ? [Number(remaining)] : []));
  return Math.min(quantity, ...left);
}
