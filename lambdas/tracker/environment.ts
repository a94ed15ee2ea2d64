import { kafkaEnvironment } from '../kafka/environment';

export const trackerEnvironment = [...kafkaEnvironment, 'ORDERS_TOPIC', 'DEAD_LETTER_TOPIC', 'TRACKER_TABLE'] as const;
export type TrackerEnvironment = Record<(typeof trackerEnvironment)[number], string>;
