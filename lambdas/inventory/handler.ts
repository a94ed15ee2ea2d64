import { readEnvironment } from '../environment';
import { createEventAnnouncer } from '../events/outcome';
import { createConsumerHandler } from '../kafka/consumer-handler';
import { createDynamoClient } from '../kafka/dynamo/client';
import { kafkaClientOptions } from '../kafka/environment';
import { createDynamoFoldStore } from '../kafka/fold/dynamo-fold-store';
import { foldThenWrite } from '../kafka/fold/fold-then-write';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { createDynamoLetters } from '../kafka/letters';
import { createDynamoSuspects } from '../kafka/suspects';
import { createLogger } from '../logger';
import { inventoryEnvironment } from './environment';
import { createInventory, inventoryFold } from './inventory';

const env = readEnvironment(inventoryEnvironment);
const log = createLogger('inventory');
const client = createDynamoClient();
const publisher = createKafkaJsPublisher(kafkaClientOptions(env, 'inventory'));
const announcer = createEventAnnouncer('/orderflow/inventory', env.ORDER_EVENTS_TOPIC);
const effect = foldThenWrite(inventoryFold(announcer), {
  store: createDynamoFoldStore(client, env.INVENTORY_TABLE),
  publisher,
});

export const handler = createConsumerHandler(createInventory(effect), {
  publisher,
  deadLetterTopic: env.DEAD_LETTER_TOPIC,
  suspects: createDynamoSuspects(client, env.INVENTORY_TABLE),
  letters: createDynamoLetters(client, env.INVENTORY_TABLE),
  log,
});
