import { kafkaEnvironment } from '../kafka/environment';

export const analyticsEnvironment = [...kafkaEnvironment, 'DEAD_LETTER_TOPIC', 'ANALYTICS_TABLE'] as const;
export type AnalyticsEnvironment = Record<(typeof analyticsEnvironment)[number], string>;
