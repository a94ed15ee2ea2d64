import { setTimeout as sleep } from 'node:timers/promises';
import { createApi } from '../api/dispatch';
import { createOpenApi } from '../api/openapi';
import { readEnvironment } from '../environment';
import { createDynamoClient } from '../kafka/dynamo/client';
import { createLogger } from '../logger';
import { DynamoOrderReader } from './dynamo-order-reader';
import { queryEnvironment } from './environment';
import { createQuery } from './query';

const env = readEnvironment(queryEnvironment);
const log = createLogger('query');
const reader = new DynamoOrderReader(createDynamoClient(), env.TRACKER_TABLE);

let openApi: string | undefined;

export const handler = createApi<'query'>(
  createQuery({
    reader,
    openApi: () => {
      openApi ??= JSON.stringify(createOpenApi());
      return openApi;
    },
    sleep,
    clock: () => performance.now(),
  }),
  log,
);
