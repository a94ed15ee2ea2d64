import { readEnvironment } from '../environment';
import { createConsumerHandler } from '../kafka/consumer-handler';
import { createDynamoClient } from '../kafka/dynamo/client';
import { kafkaClientOptions } from '../kafka/environment';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { createDynamoLetters } from '../kafka/letters';
import { createDynamoRowStore } from '../kafka/rows/dynamo-row-store';
import { createDynamoSuspects } from '../kafka/suspects';
import { createLogger } from '../logger';
import { trackerEnvironment } from './environment';
import { createTracker } from './tracker';

const env = readEnvironment(trackerEnvironment);
const log = createLogger('tracker');
const client = createDynamoClient();
const key = ['order_id', 'sk'] as const;
const store = createDynamoRowStore(client, env.TRACKER_TABLE, key);

export const handler = createConsumerHandler(createTracker({ store, log, ordersTopic: env.ORDERS_TOPIC }), {
  publisher: createKafkaJsPublisher(kafkaClientOptions(env, 'tracker')),
  deadLetterTopic: env.DEAD_LETTER_TOPIC,
  suspects: createDynamoSuspects(client, env.TRACKER_TABLE, key),
  letters: createDynamoLetters(client, env.TRACKER_TABLE, key),
  log,
});

log.info('Consumer is running & subscribed to orders topic');
