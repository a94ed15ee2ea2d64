import { DependencyError, FatalRecordError } from '../errors';
import { amountOf } from './ledger';
import type { BillingEvent, ChargeFact, RefundFact } from './order-facts';
import type { PaymentGateway } from './payment-gateway';
import { paymentKey } from './payment-key';

/**
 * Puts the gateway's answer into the event. What the gateway did before a crash it answers again, so asking is safe on
 * every try.
 *
 * @throws DependencyError `payment_unknown` when it gives no answer.
 */
export async function askGateway(
  gateway: PaymentGateway,
  event: BillingEvent,
  charged: ChargeFact | undefined,
  cancelled: RefundFact | undefined,
): Promise<BillingEvent> {
  const chargeKey = paymentKey(event.order_id);
  try {
    if (event.type === 'order.cancelled') {
      if (charged?.result !== 'charged') return event;
      await gateway.refund({ chargeKey, reason: event.reason });
      return { ...event, refunded: true };
    }
    if (cancelled) {
      // An earlier try may have charged and crashed before it could say so.
      await gateway.refund({ chargeKey, reason: 'cancelled' });
      return event;
    }
    const amount = amountOf(event.price, event.quantity);
    return { ...event, charge: await gateway.charge({ idempotencyKey: chargeKey, user: event.user, amount }) };
  } catch (cause) {
    if (cause instanceof FatalRecordError) throw cause;
    throw new DependencyError('payment_unknown', `The payment gateway gave no answer for ${event.order_id}`, { cause });
  }
}
