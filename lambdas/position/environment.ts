import { kafkaEnvironment } from '../kafka/environment';

export const positionEnvironment = [
  ...kafkaEnvironment,
  'DEAD_LETTER_TOPIC',
  'POSITIONS_TOPIC',
  'POSITION_TABLE',
] as const;
