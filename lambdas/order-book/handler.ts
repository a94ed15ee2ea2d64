import { readEnvironment } from '../environment';
import { createConsumerHandler } from '../kafka/consumer-handler';
import { createDynamoClient } from '../kafka/dynamo/client';
import { kafkaClientOptions } from '../kafka/environment';
import { foldThenWrite } from '../kafka/fold/fold-then-write';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { position } from '../kafka/record';
import { createDynamoSuspects } from '../kafka/suspects';
import { createLogger } from '../logger';
import { createDynamoBookStore } from './dynamo-book-store';
import { orderBookEnvironment } from './environment';
import { createOrderBook, orderBookFold } from './order-book';

/** A book of 100,000 orders takes some 50 MB. */
const BOOKS_IN_MEMORY = 200;

const env = readEnvironment(orderBookEnvironment);
const log = createLogger('order-book');
const client = createDynamoClient();
const publisher = createKafkaJsPublisher(kafkaClientOptions(env, 'order-book'));
const fold = orderBookFold({
  events: env.ORDER_EVENTS_TOPIC,
  trades: env.TRADES_TOPIC,
  marketData: env.MARKET_DATA_TOPIC,
});
const effect = foldThenWrite(fold, {
  store: createDynamoBookStore(client, env.ORDER_BOOK_TABLE),
  publisher,
  cachedStates: BOOKS_IN_MEMORY,
});

export const handler = createConsumerHandler(
  createOrderBook(effect, (record) => log.warn('Unknown event skipped', { record: position(record) })),
  {
    publisher,
    deadLetterTopic: env.DEAD_LETTER_TOPIC,
    suspects: createDynamoSuspects(client, env.ORDER_BOOK_TABLE, ['pk', 'sk']),
    log,
  },
);
