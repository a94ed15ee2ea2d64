import { readEnvironment } from '../environment';
import { createAnnouncer } from '../events/outcome';
import { createDynamoPriceList } from '../items/dynamo-price-list';
import { createConsumerHandler } from '../kafka/consumer-handler';
import { createDynamoClient } from '../kafka/dynamo/client';
import { kafkaClientOptions } from '../kafka/environment';
import { createDynamoFoldStore } from '../kafka/fold/dynamo-fold-store';
import { foldThenWrite } from '../kafka/fold/fold-then-write';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { createDynamoLetters } from '../kafka/letters';
import { createDynamoSuspects } from '../kafka/suspects';
import { createLogger } from '../logger';
import { admit } from './admit';
import { createDynamoClaims } from './dynamo-claims';
import { createDynamoRiskConfiguration } from './dynamo-risk-configuration';
import { riskEnvironment } from './environment';
import { createRisk, riskFold } from './risk';

const env = readEnvironment(riskEnvironment);
const log = createLogger('risk');
const client = createDynamoClient();
const publisher = createKafkaJsPublisher(kafkaClientOptions(env, 'risk'));
const announce = createAnnouncer('/orderflow/risk', {
  events: env.ORDER_EVENTS_TOPIC,
  commands: env.ORDER_COMMANDS_TOPIC,
});
const fold = foldThenWrite(riskFold(announce), { store: createDynamoFoldStore(client, env.RISK_TABLE), publisher });
const effect = admit(fold, {
  claims: createDynamoClaims(client, env.RISK_TABLE),
  configuration: createDynamoRiskConfiguration(
    client,
    env.LIMITS_TABLE,
    createDynamoPriceList(client, env.ITEMS_TABLE),
  ),
  publisher,
  announce,
});

export const handler = createConsumerHandler(createRisk(effect, env.ORDERS_TOPIC), {
  publisher,
  deadLetterTopic: env.DEAD_LETTER_TOPIC,
  suspects: createDynamoSuspects(client, env.RISK_TABLE),
  letters: createDynamoLetters(client, env.RISK_TABLE),
  log,
});
