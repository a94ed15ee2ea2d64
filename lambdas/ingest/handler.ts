import { randomUUID } from 'node:crypto';
import { createApi } from '../api/dispatch';
import { readEnvironment } from '../environment';
import { kafkaClientOptions } from '../kafka/environment';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { createLogger } from '../logger';
import { ingestEnvironment } from './environment';
import { createIngest } from './ingest';

const env = readEnvironment(ingestEnvironment);
const log = createLogger('ingest');
const publisher = createKafkaJsPublisher({
  ...kafkaClientOptions(env, 'ingest'),
  onRetry: (failure) => log.warn('Kafka did not answer, trying again', failure),
});

export const handler = createApi<'ingest'>(
  createIngest({
    publisher,
    ordersTopic: env.ORDERS_TOPIC,
    orderEventsTopic: env.ORDER_EVENTS_TOPIC,
    orderCommandsTopic: env.ORDER_COMMANDS_TOPIC,
    // Loaded when the first price is set, which few environments ever do.
    priceList: async () =>
      (await import('../items/signed-price-list')).createSignedPriceList({ table: env.ITEMS_TABLE }),
    limitRegister: async () =>
      (await import('../limits/signed-limit-register')).createSignedLimitRegister(env.LIMITS_TABLE),
    now: () => new Date(),
    newId: randomUUID,
    log,
  }),
  log,
);

process.once('SIGTERM', () => void publisher.close().finally(() => process.exit(0)));
