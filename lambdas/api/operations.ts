import { NAME_PATTERN } from '../order/order';
import type { RouteKey } from './dispatch';
import {
  DEFAULT_PAGE,
  MAX_ANALYTICS_HOURS,
  MAX_BATCH,
  MAX_BODY_BYTES,
  MAX_LEVELS,
  MAX_LINES,
  MAX_PAGE,
  MAX_PAGE_BYTES,
  MAX_WAIT_SECONDS,
  MAX_WAITING,
} from './limits';
import { type Json, json, parameter, problems, ref, type SchemaName } from './openapi-parts';
import { pathNameJson } from './path-names';
import type { Route } from './routes';

/** What a route's documentation adds to the route table. */
export interface Operation {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters?: readonly Json[];
  readonly body?: SchemaName;
  /** Whether the body may be left out. */
  readonly bodyOptional?: true;
  readonly answers: Json;
}

const idempotencyKey = parameter(
  'Idempotency-Key',
  'header',
  { type: 'string', minLength: 1, maxLength: 255 },
  'The same user and key, and place in a batch, give the same order_id, so a repeated request is the same order. An ' +
    'order_id is then refused; a different body under a used key ends as a conflict of that order.',
);

const orderId = parameter('id', 'path', { type: 'string', format: 'uuid' }, 'order_id');
const name = { type: 'string', pattern: NAME_PATTERN };
const inPath = (what: string) =>
  `${what}; / ? % ~ in it are written ~2F ~3F ~25 ~7E, since the gateway decodes paths before it reads them`;
const itemName = parameter('item', 'path', pathNameJson, inPath('What is ordered'));
const userName = parameter('user', 'path', pathNameJson, inPath("The token's subject, unless it may act for others"));
const limitedUser = parameter('user', 'path', pathNameJson, inPath('Whose limits'));
const LIMITS_RULE =
  'For orders that are approved from now on; risk may take some seconds to see it. What is left out stays, what is null is no longer said.';
const cursor = parameter('cursor', 'query', { type: 'string' }, 'next_cursor of the page before');
const limit = (what: string) =>
  parameter(
    'limit',
    'query',
    { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE },
    `${what} on a page, at most; a page may have fewer and still not be the last`,
  );
const lineLimit = (what: string) =>
  parameter(
    'limit',
    'query',
    { type: 'integer', minimum: 1, maximum: MAX_LINES, default: MAX_LINES },
    `${what} on a page, at most; a page of ${MAX_PAGE_BYTES} bytes ends before`,
  );
const wait = (until: string) =>
  parameter(
    'wait',
    'query',
    { type: 'number', minimum: 0, maximum: MAX_WAIT_SECONDS },
    `Seconds to wait ${until}; of all requests ${MAX_WAITING} may wait at once, and one more is answered as it is then, which Retry-After tells`,
  );
const instant = (name: string, description: string) =>
  parameter(name, 'query', { type: 'string', format: 'date-time' }, description);

/** What the OpenAPI document says of each route beyond the route table. */
export const operations: Record<RouteKey<Route['function']>, Operation> = {
  'POST /orders': {
    operationId: 'placeOrder',
    parameters: [idempotencyKey],
    body: 'Placement',
    answers: {
      202: json('Accepted', 'Kafka has the order', {
        Location: { description: 'Where its status will be', schema: { type: 'string' } },
      }),
      ...problems(400, 403, 413, 415, 422, 503),
    },
  },
  'POST /orders/batch': {
    operationId: 'placeOrders',
    description: `At most ${MAX_BATCH} orders and ${MAX_BODY_BYTES} bytes, sent to Kafka at once. Of two orders with one order_id the second is invalid. Without any valid order the answer is 422, when Kafka does not acknowledge 503; both carry the items, too.`,
    parameters: [idempotencyKey],
    body: 'Batch',
    answers: { 202: json('BatchResult', 'An answer per item'), ...problems(400, 413, 415, 422, 503) },
  },
  'GET /orders/{id}': {
    operationId: 'getOrder',
    parameters: [orderId, wait('until the order is tracked'), lineLimit('Events'), cursor],
    answers: { 200: json('OrderView', 'Status and timeline'), ...problems(400, 404, 503) },
  },
  'GET /orders': {
    operationId: 'listOrders',
    parameters: [parameter('user', 'query', name, 'Whose orders'), limit('Orders'), cursor],
    answers: { 200: json('OrderList', 'A page, newest first'), ...problems(400, 403, 503) },
  },
  'POST /orders/{id}/cancel': {
    operationId: 'cancelOrder',
    description:
      "The consumer of the order's item decides, and the timeline shows it: order.cancelled or order.cancel_refused. Asked again, it counts once.",
    parameters: [orderId],
    body: 'CancelRequest',
    bodyOptional: true,
    answers: {
      202: json('Accepted', 'Kafka has the request', {
        Location: { description: 'Where its outcome will be', schema: { type: 'string' } },
      }),
      ...problems(400, 403, 413, 415, 422, 503),
    },
  },
  'PUT /items/{item}': {
    operationId: 'setPrice',
    description: 'For orders without a price that are approved from now on; risk may take some seconds to see it.',
    parameters: [
      itemName,
      parameter('If-None-Match', 'header', { const: '*' }, 'Sets the price only if the item has none'),
    ],
    body: 'Price',
    answers: { 200: json('Item', 'The price is set'), ...problems(400, 412, 413, 415, 422, 503) },
  },
  'POST /items/{item}/stock': {
    operationId: 'changeStock',
    description:
      'Stock that comes fills the oldest backorders first. More than is available cannot be taken away: such a change ends on the dead-letter topic of inventory.',
    parameters: [itemName],
    body: 'StockChange',
    answers: {
      202: json('StockAccepted', 'Kafka has the receipt; inventory decides about it', {
        Location: { description: 'Where its outcome will be', schema: { type: 'string' } },
      }),
      ...problems(400, 413, 415, 422, 503),
    },
  },
  'GET /items/{item}': {
    operationId: 'getItem',
    parameters: [itemName],
    answers: { 200: json('ItemView', 'As it is now'), ...problems(400, 404, 503) },
  },
  'GET /items/{item}/stock/{receipt}': {
    operationId: 'getReceipt',
    parameters: [
      itemName,
      parameter('receipt', 'path', pathNameJson, inPath('receipt_id')),
      wait('until inventory has decided'),
    ],
    answers: { 200: json('Receipt', 'The outcome'), ...problems(400, 404, 503) },
  },
  'GET /limits': {
    operationId: 'getLimits',
    answers: { 200: json('Limits', 'What is said of everybody, and what holds'), ...problems(503) },
  },
  'GET /limits/users/{user}': {
    operationId: 'getUserLimits',
    parameters: [limitedUser],
    answers: { 200: json('Limits', 'What is said of the user, and what holds'), ...problems(400, 503) },
  },
  'GET /limits/items/{item}': {
    operationId: 'getItemLimits',
    parameters: [itemName],
    answers: { 200: json('Limits', 'What is said of the item, and what holds'), ...problems(400, 503) },
  },
  'PATCH /limits': {
    operationId: 'changeLimits',
    description: LIMITS_RULE,
    body: 'EverybodysLimits',
    answers: { 200: json('Limits', 'What is said now'), ...problems(400, 413, 415, 422, 503) },
  },
  'PATCH /limits/users/{user}': {
    operationId: 'changeUserLimits',
    description: LIMITS_RULE,
    parameters: [limitedUser],
    body: 'UserLimits',
    answers: { 200: json('Limits', 'What is said now'), ...problems(400, 413, 415, 422, 503) },
  },
  'PATCH /limits/items/{item}': {
    operationId: 'changeItemLimits',
    description: LIMITS_RULE,
    parameters: [itemName],
    body: 'ItemLimits',
    answers: { 200: json('Limits', 'What is said now'), ...problems(400, 413, 415, 422, 503) },
  },
  'GET /positions/{user}': {
    operationId: 'getPositions',
    parameters: [userName, limit('Positions'), cursor],
    answers: { 200: json('PositionList', "A page, by items' names"), ...problems(400, 403, 503) },
  },
  'GET /book/{item}': {
    operationId: 'getBook',
    parameters: [
      itemName,
      parameter(
        'levels',
        'query',
        { type: 'integer', minimum: 1, maximum: MAX_LEVELS, default: MAX_LEVELS },
        'Price levels of each side',
      ),
    ],
    answers: { 200: json('Book', 'As it was after the newest write'), ...problems(400, 404, 503) },
  },
  'GET /reports/{user}/{date}': {
    operationId: 'getReport',
    description: 'From the lines themselves, exact at every moment; what was issued of them is in object storage.',
    parameters: [
      userName,
      parameter('date', 'path', { type: 'string', format: 'date' }, "A day of the statements' time zone"),
      lineLimit('Lines'),
      cursor,
    ],
    answers: {
      200: {
        description: "A page of the day's lines, and the sums of all; as CSV the lines alone",
        headers: {
          Link: { description: 'The next page, rel="next" (RFC 8288); absent on the last', schema: { type: 'string' } },
        },
        content: {
          'application/json': { schema: ref('schemas', 'Report') },
          'text/csv': { schema: { type: 'string' } },
        },
      },
      ...problems(400, 403, 404, 503),
    },
  },
  'GET /analytics': {
    operationId: 'getAnalytics',
    description: `At most ${MAX_ANALYTICS_HOURS} hours, in whole minutes by the events' own time.`,
    parameters: [instant('from', 'An hour before `to` when absent'), instant('to', 'Now when absent')],
    answers: { 200: json('Analytics', 'Figures of all orders'), ...problems(400, 503) },
  },
  'GET /health': { operationId: 'health', answers: { 200: json('Health', 'The API answers') } },
  'GET /openapi.json': {
    operationId: 'openApi',
    answers: { 200: { description: 'This document', content: { 'application/json': { schema: { type: 'object' } } } } },
  },
};
