import { readEnvironment } from '../environment';
import { createConsumerHandler } from '../kafka/consumer-handler';
import { createDynamoClient } from '../kafka/dynamo/client';
import { kafkaClientOptions } from '../kafka/environment';
import { foldThenWrite } from '../kafka/fold/fold-then-write';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { createDynamoLetters } from '../kafka/letters';
import { createDynamoSuspects } from '../kafka/suspects';
import { createLogger } from '../logger';
import type { BookState } from './book-state';
import { createDynamoBookStore } from './dynamo-book-store';
import { orderBookEnvironment } from './environment';
import { createOrderBook, orderBookFold } from './order-book';

/** Of all books in memory together: some 200 MB. */
const ORDERS_IN_MEMORY = 500_000;

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
  cachedStates: ORDERS_IN_MEMORY,
  weigh: (state) => 100 + (state as BookState).book.size,
});

export const handler = createConsumerHandler(createOrderBook(effect), {
  publisher,
  deadLetterTopic: env.DEAD_LETTER_TOPIC,
  suspects: createDynamoSuspects(client, env.ORDER_BOOK_TABLE),
  letters: createDynamoLetters(client, env.ORDER_BOOK_TABLE),
  log,
});
