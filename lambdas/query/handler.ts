import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs, timerMs } from '../../shared/time';
import { createDynamoAnalyticsStore } from '../analytics/dynamo-analytics-store';
import { createApi } from '../api/dispatch';
import { createOpenApi } from '../api/openapi';
import { readEnvironment } from '../environment';
import { createDynamoStockReader } from '../inventory/dynamo-stock-reader';
import { createDynamoPriceList } from '../items/dynamo-price-list';
import { createDynamoClient } from '../kafka/dynamo/client';
import { createDynamoLimitReader } from '../limits/dynamo-limit-reader';
import { createLogger } from '../logger';
import { createDynamoBookReader } from '../order-book/dynamo-book-reader';
import { createDynamoPositionReader } from '../position/dynamo-position-reader';
import { createCalendar } from '../reporting/calendar';
import { createDynamoReportStore } from '../reporting/dynamo-report-store';
import { DynamoOrderReader } from './dynamo-order-reader';
import { queryEnvironment } from './environment';
import { createQuery } from './query';
import { createDynamoWaitingRoom } from './waiting-room';

const env = readEnvironment(queryEnvironment);
const log = createLogger('query');
const client = createDynamoClient();
const books = createDynamoBookReader(client, env.ORDER_BOOK_TABLE);

let openApi: string | undefined;

export const handler = createApi<'query'>(
  createQuery({
    reader: new DynamoOrderReader(client, env.TRACKER_TABLE),
    books,
    positions: createDynamoPositionReader(client, env.POSITION_TABLE, books),
    reports: createDynamoReportStore(client, env.REPORTING_TABLE),
    calendar: createCalendar(env.REPORTING_TIME_ZONE),
    analytics: createDynamoAnalyticsStore(client, env.ANALYTICS_TABLE),
    prices: createDynamoPriceList(client, env.ITEMS_TABLE),
    stocks: createDynamoStockReader(client, env.INVENTORY_TABLE),
    limits: createDynamoLimitReader(client, env.LIMITS_TABLE),
    room: createDynamoWaitingRoom(client, env.WAITS_TABLE, Date.now),
    now: Date.now,
    openApi: () => {
      openApi ??= JSON.stringify(createOpenApi());
      return openApi;
    },
    sleep: (ms) => sleep(timerMs(ms)),
    clock: monotonicMs,
  }),
  log,
);
