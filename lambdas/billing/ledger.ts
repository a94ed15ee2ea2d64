import Big from 'big.js';

/** A line of the ledger: positive is a debit, negative a credit. Exact, never rounded. */
export interface Posting {
  readonly account: 'payments' | 'sales';
  readonly amount: string;
}

/** What a quantity at a price comes to; prices have at most eight decimals, and so has this. */
export const amountOf = (price: string, quantity: number) => Big(price).times(quantity).toFixed();

/** Money that came in for goods that leave. */
export const chargePostings = (amount: string): readonly Posting[] => [
  { account: 'payments', amount },
  { account: 'sales', amount: negative(amount) },
];

/** The reverse of a charge: postings are never changed or taken away. */
export const refundPostings = (amount: string): readonly Posting[] => [
  { account: 'sales', amount },
  { account: 'payments', amount: negative(amount) },
];

const negative = (amount: string) => Big(amount).neg().toFixed();
