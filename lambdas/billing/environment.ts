import { kafkaEnvironment } from '../kafka/environment';

export const billingEnvironment = [
  ...kafkaEnvironment,
  'DEAD_LETTER_TOPIC',
  'BILLING_TABLE',
  'PAYMENTS_TABLE',
  'ORDER_COMMANDS_TOPIC',
  'ORDER_EVENTS_TOPIC',
  /** `stand-in`, or where the provider's API begins: `https://pay.example.com/v1`. */
  'PAYMENT_PROVIDER',
  /** Name or ARN of the secret that holds the provider's token; `none` for the stand-in. */
  'PAYMENT_SECRET',
  /** Users whose payments the stand-in declines: `declan,dora`; `none`. */
  'PAYMENT_DECLINES',
  /** Share of the stand-in's answers that get lost after it has charged: `0`, `0.1`. */
  'PAYMENT_LOST_ANSWERS',
] as const;
export type BillingEnvironment = Record<(typeof billingEnvironment)[number], string>;
