import type { Announcer } from '../events/outcome';
import { readEvent } from '../events/read-event';
import type { Consumer, Effect, KeyedEvent } from '../kafka/consume';
import type { Fold, Step } from '../kafka/fold/fold';
import type { ConsumedRecord } from '../kafka/record';
import { eventId, makeEvent, type OrderCancelled, type OrderReserved } from '../order/events';
import { askGateway } from './ask-gateway';
import { amountOf, chargePostings, refundPostings } from './ledger';
import {
  type BillingEvent,
  type ChargeFact,
  chargeKey,
  chargeOf,
  type RefundFact,
  refundKey,
  refundOf,
} from './order-facts';
import type { Charge, PaymentGateway } from './payment-gateway';

/** All that is known of an order stands in its facts. */
type NoState = Readonly<Record<string, never>>;

/**
 * Charges each reserved order exactly once, and pays back what was charged for one that was cancelled.
 *
 * State key: the order. In whatever order `reserved` and `cancelled` come, either nothing is charged, or what was charged
 * is paid back.
 */
export function billingFold(gateway: PaymentGateway, announce: Announcer): Fold<NoState, BillingEvent> {
  return {
    factsStayInRow: true,
    initial: () => ({}),
    mark: (event) => (event.type === 'order.reserved' ? chargeKey(event.order_id) : refundKey(event.order_id)),
    reads: ({ order_id }) => [chargeKey(order_id), refundKey(order_id)],
    enrich: (_, event, facts, call) =>
      askGateway(gateway, event, chargeOf(facts, event.order_id), refundOf(facts, event.order_id), call),
    apply: (state, event, facts) =>
      event.type === 'order.reserved'
        ? charge(state, event, announce)
        : refund(state, event, chargeOf(facts, event.order_id), announce),
  };
}

function charge(state: NoState, event: OrderReserved & { charge?: Charge }, announce: Announcer): Step<NoState, never> {
  const amount = amountOf(event.price, event.quantity);
  const known = { amount, quantity: event.quantity };
  if (!event.charge) return { state, fact: { ...known, result: 'none', postings: [] } satisfies ChargeFact };

  const { status, paymentId: payment_id } = event.charge;
  const told = { ...event, amount, payment_id };
  if (event.charge.status === 'declined') {
    return {
      state,
      fact: { ...known, result: status, payment_id, postings: [] } satisfies ChargeFact,
      outcomes: [
        announce.event(makeEvent('order.declined', event, { ...told, reason: event.charge.reason })),
        announce.command(makeEvent('release', event, told)),
      ],
    };
  }
  return {
    state,
    fact: { ...known, result: status, payment_id, postings: chargePostings(amount) } satisfies ChargeFact,
    outcomes: [
      announce.event(makeEvent('order.charged', event, told)),
      announce.command(makeEvent('settle', event, told)),
    ],
  };
}

function refund(
  state: NoState,
  event: OrderCancelled & { refunded?: boolean },
  charged: ChargeFact | undefined,
  announce: Announcer,
): Step<NoState, never> {
  if (charged?.result !== 'charged' || !event.refunded) {
    return { state, fact: { result: charged ? 'none' : 'early', postings: [] } satisfies RefundFact };
  }
  const { amount, quantity, payment_id = '' } = charged;
  const refunded = makeEvent('order.refunded', event, { ...event, amount, quantity, payment_id, reason: event.reason });
  return {
    state,
    fact: { result: 'refunded', postings: refundPostings(amount) } satisfies RefundFact,
    outcomes: [announce.event(refunded)],
  };
}

export const createBilling = (effect: Effect<BillingEvent>): Consumer<BillingEvent> => ({
  name: 'billing',
  split,
  effect,
});

/** Orders with a side are paid by their trades. */
function split(record: ConsumedRecord): KeyedEvent<BillingEvent>[] {
  const event = readEvent(record);
  if (event.type !== 'order.reserved' && event.type !== 'order.cancelled') return [];
  return event.side ? [] : [{ key: `order#${event.order_id}`, id: eventId(event.type, event.order_id), event }];
}
