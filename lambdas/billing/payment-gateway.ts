/**
 * The door to whoever moves money. Each answer is final: the same key gets the same one, however often it is asked. A call
 * ends with its signal, at the latest with its invocation: nobody waits for a later answer, and the same key asks again.
 */
export interface PaymentGateway {
  /**
   * Charges a user once per key.
   *
   * @throws any error when nobody knows whether it charged: ask again with the same key.
   */
  charge(request: ChargeRequest, call?: GatewayCall): Promise<Charge>;
  /**
   * Gives back what was charged under a key, once, and sees to it that nothing will be charged under it any more: a charge
   * that is still on its way will be declined.
   *
   * @returns the payment that was given back, null when there was none.
   * @throws any error when nobody knows: ask again.
   */
  refund(request: RefundRequest, call?: GatewayCall): Promise<{ readonly paymentId: string | null }>;
}

export interface GatewayCall {
  /** Aborted when the invocation's time is up. */
  readonly signal: AbortSignal;
}

export interface ChargeRequest {
  readonly idempotencyKey: string;
  readonly user: string;
  /** Decimal string. */
  readonly amount: string;
}

export interface RefundRequest {
  readonly chargeKey: string;
  readonly reason: string;
}

export type Charge =
  | { readonly status: 'charged'; readonly paymentId: string }
  | { readonly status: 'declined'; readonly paymentId: string; readonly reason: string };
