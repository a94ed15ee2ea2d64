import { kafkaEnvironment } from '../kafka/environment';

export const riskEnvironment = [
  ...kafkaEnvironment,
  'DEAD_LETTER_TOPIC',
  'RISK_TABLE',
  'LIMITS_TABLE',
  'ITEMS_TABLE',
  'ORDERS_TOPIC',
  'ORDER_COMMANDS_TOPIC',
  'ORDER_EVENTS_TOPIC',
] as const;
export type RiskEnvironment = Record<(typeof riskEnvironment)[number], string>;
