import { kafkaEnvironment } from '../kafka/environment';

export const orderBookEnvironment = [
  ...kafkaEnvironment,
  'DEAD_LETTER_TOPIC',
  'ORDER_EVENTS_TOPIC',
  'TRADES_TOPIC',
  'MARKET_DATA_TOPIC',
  'ORDER_BOOK_TABLE',
] as const;
