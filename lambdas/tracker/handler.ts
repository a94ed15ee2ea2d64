import { readEnvironment } from '../environment';
import { createConsumerHandler } from '../kafka/consumer-handler';
import { createDynamoClient } from '../kafka/dynamo/client';
import { kafkaClientOptions } from '../kafka/environment';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { createDynamoRowStore } from '../kafka/rows/dynamo-row-store';
import { createLogger } from '../logger';
import { trackerEnvironment } from './environment';
import { createTracker } from './tracker';

const env = readEnvironment(trackerEnvironment);
const log = createLogger('tracker');
const store = createDynamoRowStore(createDynamoClient(), env.TRACKER_TABLE, ['order_id', 'sk']);

export const handler = createConsumerHandler(createTracker(store, log), {
  publisher: createKafkaJsPublisher(kafkaClientOptions(env, 'tracker')),
  deadLetterTopic: env.DEAD_LETTER_TOPIC,
  log,
});

log.info('Consumer is running & subscribed to orders topic');
