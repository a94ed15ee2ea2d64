import { DependencyError, isRetriable } from '../errors';
import { amountOf } from './ledger';
import type { BillingEvent, ChargeFact, RefundFact } from './order-facts';
import type { GatewayCall, PaymentGateway } from './payment-gateway';
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
  call?: GatewayCall,
): Promise<BillingEvent> {
  const chargeKey = paymentKey(event.order_id);
  try {
    if (event.type === 'order.cancelled') {
      if (charged?.result !== 'charged') return event;
      await gateway.refund({ chargeKey, reason: event.reason }, call);
      return { ...event, refunded: true };
    }
    if (cancelled) {
      // An earlier try may have charged and crashed before it could say so.
      await gateway.refund({ chargeKey, reason: 'cancelled' }, call);
      return event;
    }
    const amount = amountOf(event.price, event.quantity);
    const charge = await gateway.charge({ idempotencyKey: chargeKey, user: event.user, amount }, call);
    return { ...event, charge };
  } catch (cause) {
    if (!isRetriable(cause, 'io')) throw cause;
    throw new DependencyError('payment_unknown', `The payment gateway gave no answer for ${event.order_id}`, { cause });
  }
}
