import { randomUUID } from 'node:crypto';
import { createApi } from '../api/dispatch';
import { readEnvironment } from '../environment';
import type { PriceList } from '../items/dynamo-price-list';
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
    priceList,
    now: () => new Date(),
    newId: randomUUID,
    log,
  }),
  log,
);

let prices: Promise<PriceList> | undefined;

/** Loaded when the first price is set, since DynamoDB's client takes longer to import than all the rest. */
function priceList(): Promise<PriceList> {
  prices ??= Promise.all([import('../items/dynamo-price-list'), import('../kafka/dynamo/client')]).then(
    ([{ createDynamoPriceList }, { createDynamoClient }]) =>
      createDynamoPriceList(createDynamoClient(), env.ITEMS_TABLE),
  );
  return prices;
}

process.once('SIGTERM', () => void publisher.close().finally(() => process.exit(0)));
