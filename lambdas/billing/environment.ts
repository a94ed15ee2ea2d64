import { kafkaEnvironment } from '../kafka/environment';

export const billingEnvironment = [
  ...kafkaEnvironment,
  'DEAD_LETTER_TOPIC',
  'BILLING_TABLE',
  'PAYMENTS_TABLE',
  'ORDER_COMMANDS_TOPIC',
  'ORDER_EVENTS_TOPIC',
  /** Users whose payments the offline gateway declines: `declan,dora`. */
  'PAYMENT_DECLINES',
  /** Share of the offline gateway's answers that get lost after it has charged: `0`, `0.1`. */
  'PAYMENT_LOST_ANSWERS',
] as const;
export type BillingEnvironment = Record<(typeof billingEnvironment)[number], string>;
