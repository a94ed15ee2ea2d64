import { kafkaEnvironment } from '../kafka/environment';

export const ingestEnvironment = [...kafkaEnvironment, 'ORDERS_TOPIC'] as const;
export type IngestEnvironment = Record<(typeof ingestEnvironment)[number], string>;
