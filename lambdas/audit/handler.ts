import { readEnvironment } from '../environment';
import { createConsumerHandler } from '../kafka/consumer-handler';
import { createDynamoClient } from '../kafka/dynamo/client';
import { kafkaClientOptions } from '../kafka/environment';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { createDynamoLetters } from '../kafka/letters';
import { createDynamoSuspects } from '../kafka/suspects';
import { createLogger } from '../logger';
import { createS3Client, createS3ObjectStore } from '../objects/s3-object-store';
import { createAudit } from './audit';
import { auditEnvironment } from './environment';

const env = readEnvironment(auditEnvironment);
const client = createDynamoClient();

export const handler = createConsumerHandler(createAudit(createS3ObjectStore(createS3Client(), env.ARCHIVE_BUCKET)), {
  publisher: createKafkaJsPublisher(kafkaClientOptions(env, 'audit')),
  deadLetterTopic: env.DEAD_LETTER_TOPIC,
  suspects: createDynamoSuspects(client, env.AUDIT_TABLE),
  letters: createDynamoLetters(client, env.AUDIT_TABLE),
  log: createLogger('audit'),
});
