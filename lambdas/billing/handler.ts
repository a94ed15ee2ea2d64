import { readEnvironment } from '../environment';
import { createAnnouncer } from '../events/outcome';
import { callSignal } from '../kafka/call-limit';
import { createConsumerHandler } from '../kafka/consumer-handler';
import { createDynamoClient } from '../kafka/dynamo/client';
import { kafkaClientOptions } from '../kafka/environment';
import { createDynamoFoldStore } from '../kafka/fold/dynamo-fold-store';
import { foldThenWrite } from '../kafka/fold/fold-then-write';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { createDynamoLetters } from '../kafka/letters';
import { createDynamoSuspects } from '../kafka/suspects';
import { createLogger } from '../logger';
import { billingFold, createBilling } from './billing';
import { createDynamoPaymentGateway } from './dynamo-payment-gateway';
import { billingEnvironment } from './environment';
import { createHttpPaymentGateway } from './http-payment-gateway';
import { losingAnswers } from './lost-answers';
import { createSecret } from './secret';

const env = readEnvironment(billingEnvironment);
const log = createLogger('billing');
const client = createDynamoClient();
const publisher = createKafkaJsPublisher(kafkaClientOptions(env, 'billing'));
const gateway =
  env.PAYMENT_PROVIDER === 'stand-in'
    ? createDynamoPaymentGateway(client, env.PAYMENTS_TABLE, {
        declines: new Set(env.PAYMENT_DECLINES.split(',')),
        beforeAnswer: losingAnswers(Number(env.PAYMENT_LOST_ANSWERS)),
      })
    : createHttpPaymentGateway({
        url: env.PAYMENT_PROVIDER,
        secret: createSecret(env.PAYMENT_SECRET),
        signal: callSignal,
      });
const announcer = createAnnouncer('/orderflow/billing', {
  events: env.ORDER_EVENTS_TOPIC,
  commands: env.ORDER_COMMANDS_TOPIC,
});
const effect = foldThenWrite(billingFold(gateway, announcer), {
  store: createDynamoFoldStore(client, env.BILLING_TABLE),
  publisher,
});

export const handler = createConsumerHandler(createBilling(effect), {
  publisher,
  deadLetterTopic: env.DEAD_LETTER_TOPIC,
  suspects: createDynamoSuspects(client, env.BILLING_TABLE),
  letters: createDynamoLetters(client, env.BILLING_TABLE),
  log,
});
