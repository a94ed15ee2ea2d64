import { readEnvironment } from '../environment';
import { createConsumerHandler } from '../kafka/consumer-handler';
import { createDynamoClient } from '../kafka/dynamo/client';
import { kafkaClientOptions } from '../kafka/environment';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { createDynamoLetters } from '../kafka/letters';
import { createDynamoSuspects } from '../kafka/suspects';
import { createLogger } from '../logger';
import { createAnalytics } from './analytics';
import { createDynamoAnalyticsStore } from './dynamo-analytics-store';
import { analyticsEnvironment } from './environment';

const env = readEnvironment(analyticsEnvironment);
const client = createDynamoClient();

export const handler = createConsumerHandler(createAnalytics(createDynamoAnalyticsStore(client, env.ANALYTICS_TABLE)), {
  publisher: createKafkaJsPublisher(kafkaClientOptions(env, 'analytics')),
  deadLetterTopic: env.DEAD_LETTER_TOPIC,
  suspects: createDynamoSuspects(client, env.ANALYTICS_TABLE),
  letters: createDynamoLetters(client, env.ANALYTICS_TABLE),
  log: createLogger('analytics'),
});
