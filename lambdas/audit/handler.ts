import { readEnvironment } from '../environment';
import { createConsumerHandler } from '../kafka/consumer-handler';
import { kafkaClientOptions } from '../kafka/environment';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { createLogger } from '../logger';
import { createS3Client, createS3ObjectStore } from '../objects/s3-object-store';
import { createAudit } from './audit';
import { auditEnvironment } from './environment';

const env = readEnvironment(auditEnvironment);

export const handler = createConsumerHandler(createAudit(createS3ObjectStore(createS3Client(), env.ARCHIVE_BUCKET)), {
  publisher: createKafkaJsPublisher(kafkaClientOptions(env, 'audit')),
  deadLetterTopic: env.DEAD_LETTER_TOPIC,
  // Nothing here depends on what a record holds, so none can kill its environment.
  suspects: { count: async () => 0, clear: async () => {} },
  log: createLogger('audit'),
});
