import { readEnvironment } from '../environment';
import { createDynamoClient } from '../kafka/dynamo/client';
import { createLogger } from '../logger';
import { createS3Client, createS3ObjectStore } from '../objects/s3-object-store';
import { createCalendar } from '../reporting/calendar';
import { createDynamoReportStore } from '../reporting/dynamo-report-store';
import { statementsEnvironment } from './environment';
import { createStatementsHandler } from './statements';

const env = readEnvironment(statementsEnvironment);

export const handler = createStatementsHandler({
  store: createDynamoReportStore(createDynamoClient(), env.REPORTING_TABLE),
  objects: createS3ObjectStore(createS3Client(), env.STATEMENTS_BUCKET),
  calendar: createCalendar(env.REPORTING_TIME_ZONE),
  now: Date.now,
  log: createLogger('statements'),
});
