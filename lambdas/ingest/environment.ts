import { kafkaEnvironment } from '../kafka/environment';

export const ingestEnvironment = [
  ...kafkaEnvironment,
  'ORDERS_TOPIC',
  'ORDER_EVENTS_TOPIC',
  'ORDER_COMMANDS_TOPIC',
  'ITEMS_TABLE',
  'LIMITS_TABLE',
] as const;
export type IngestEnvironment = Record<(typeof ingestEnvironment)[number], string>;
