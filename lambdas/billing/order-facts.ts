import type { Facts } from '../kafka/fold/fold';
import type { OrderCancelled, OrderReserved } from '../order/events';
import type { Posting } from './ledger';
import type { Charge } from './payment-gateway';

/** What happened to an order, with what the gateway answered once it was asked. */
export type BillingEvent =
  | (OrderReserved & { readonly charge?: Charge })
  | (OrderCancelled & { readonly refunded?: boolean });

/** Data of `order#<id>/charge`; its postings are the ledger. */
export interface ChargeFact {
  /** `none`: cancelled before it could be charged. */
  readonly result: 'charged' | 'declined' | 'none';
  readonly amount: string;
  readonly quantity: number;
  readonly payment_id?: string;
  readonly postings: readonly Posting[];
}

/** Data of `order#<id>/refund`. */
export interface RefundFact {
  /** `early`: the cancel came before the charge, which must not happen any more. */
  readonly result: 'refunded' | 'early' | 'none';
  readonly postings: readonly Posting[];
}

export const chargeKey = (orderId: string) => `order#${orderId}/charge`;
export const refundKey = (orderId: string) => `order#${orderId}/refund`;
export const chargeOf = (facts: Facts, orderId: string) => facts.get(chargeKey(orderId)) as ChargeFact | undefined;
export const refundOf = (facts: Facts, orderId: string) => facts.get(refundKey(orderId)) as RefundFact | undefined;
