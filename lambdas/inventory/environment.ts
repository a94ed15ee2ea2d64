import { kafkaEnvironment } from '../kafka/environment';

export const inventoryEnvironment = [
  ...kafkaEnvironment,
  'DEAD_LETTER_TOPIC',
  'INVENTORY_TABLE',
  'ORDER_EVENTS_TOPIC',
] as const;
export type InventoryEnvironment = Record<(typeof inventoryEnvironment)[number], string>;
