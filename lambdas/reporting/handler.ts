import { readEnvironment } from '../environment';
import { createConsumerHandler } from '../kafka/consumer-handler';
import { createDynamoClient } from '../kafka/dynamo/client';
import { kafkaClientOptions } from '../kafka/environment';
import { createKafkaJsPublisher } from '../kafka/kafkajs-producer';
import { createDynamoLetters } from '../kafka/letters';
import { createDynamoSuspects } from '../kafka/suspects';
import { createLogger } from '../logger';
import { createCalendar } from './calendar';
import { createDynamoReportStore } from './dynamo-report-store';
import { reportingEnvironment } from './environment';
import { createReporting } from './reporting';

const env = readEnvironment(reportingEnvironment);
const client = createDynamoClient();
const reporting = createReporting({
  store: createDynamoReportStore(client, env.REPORTING_TABLE),
  calendar: createCalendar(env.REPORTING_TIME_ZONE),
  now: Date.now,
});

export const handler = createConsumerHandler(reporting, {
  publisher: createKafkaJsPublisher(kafkaClientOptions(env, 'reporting')),
  deadLetterTopic: env.DEAD_LETTER_TOPIC,
  suspects: createDynamoSuspects(client, env.REPORTING_TABLE),
  letters: createDynamoLetters(client, env.REPORTING_TABLE),
  log: createLogger('reporting'),
});
