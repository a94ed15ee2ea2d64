import type { Charge, ChargeRequest, PaymentGateway, RefundRequest } from '../../../lambdas/billing/payment-gateway';

/** A provider in memory: moves money once a key, and may lose its answer before or after. */
export class MemoryPaymentGateway implements PaymentGateway {
  readonly charges = new Map<string, Charge & { readonly amount: string }>();
  readonly refunds = new Set<string>();

  constructor(
    private readonly declines: ReadonlySet<string> = new Set(),
    private readonly trouble: () => void = () => {},
    private readonly turn: () => Promise<void> = async () => {},
  ) {}

  async charge({ idempotencyKey, user, amount }: ChargeRequest): Promise<Charge> {
    await this.turn();
    this.trouble();
    const paymentId = `payment-${idempotencyKey}`;
    const fresh: Charge = this.refunds.has(idempotencyKey)
      ? { status: 'declined', paymentId, reason: 'voided' }
      : this.declines.has(user)
        ? { status: 'declined', paymentId, reason: 'payment_declined' }
        : { status: 'charged', paymentId };
    const known = this.charges.get(idempotencyKey) ?? { ...fresh, amount };
    this.charges.set(idempotencyKey, known);
    this.trouble();
    await this.turn();
    return known;
  }

  async refund({ chargeKey }: RefundRequest) {
    await this.turn();
    this.trouble();
    this.refunds.add(chargeKey);
    this.trouble();
    const charge = this.charges.get(chargeKey);
    return { paymentId: charge?.status === 'charged' ? charge.paymentId : null };
  }

  /** Money that is here: charged and not given back. */
  holds(key: string): string {
    const charge = this.charges.get(key);
    return charge?.status === 'charged' && !this.refunds.has(key) ? charge.amount : '0';
  }
}
