import { readEnvironment } from '../environment';
import { createConsumerHandler } from '../kafka/consumer-handler';
import { createDynamoClient } from '../kafka/dynamo/client';
import { kafkaClientOptions } from '../kafka/environment';
import { createDynamoFoldStore } from '../kafka/fold/dynamo-fold-store';
import { foldThenWrite } from '../kafka/fold/fold-then-write';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { createDynamoLetters } from '../kafka/letters';
import { createDynamoSuspects } from '../kafka/suspects';
import { createLogger } from '../logger';
import { positionEnvironment } from './environment';
import { createPosition, positionFold } from './position';
import { positionPlace } from './position-key';

const env = readEnvironment(positionEnvironment);
const log = createLogger('position');
const client = createDynamoClient();
const publisher = createKafkaJsPublisher(kafkaClientOptions(env, 'position'));
const effect = foldThenWrite(positionFold(env.POSITIONS_TOPIC), {
  store: createDynamoFoldStore(client, env.POSITION_TABLE, positionPlace),
  publisher,
});

export const handler = createConsumerHandler(createPosition(effect), {
  publisher,
  deadLetterTopic: env.DEAD_LETTER_TOPIC,
  suspects: createDynamoSuspects(client, env.POSITION_TABLE),
  letters: createDynamoLetters(client, env.POSITION_TABLE),
  log,
});
