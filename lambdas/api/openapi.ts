import * as z from 'zod';
import { orderSchema, placementSchema } from '../order/order';
import type { RouteKey } from './dispatch';
import { DEFAULT_PAGE, MAX_BATCH, MAX_BODY_BYTES, MAX_PAGE, MAX_WAIT_SECONDS } from './limits';
import { ACT_FOR_OTHERS, type Route, routes } from './routes';
import * as schemas from './schemas';

type Json = Record<string, unknown>;

const components = {
  Placement: placementSchema,
  Order: orderSchema,
  Batch: schemas.batchSchema,
  Accepted: schemas.acceptedSchema,
  ItemResult: schemas.itemResultSchema,
  BatchResult: schemas.batchResultSchema,
  TimelineEvent: schemas.timelineEventSchema,
  OrderView: schemas.orderViewSchema,
  OrderList: schemas.orderListSchema,
  Health: schemas.healthSchema,
  Problem: schemas.problemSchema,
} as const;

type SchemaName = keyof typeof components;

/** What a route's documentation adds to the route table. */
interface Operation {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters?: readonly Json[];
  readonly body?: SchemaName;
  readonly answers: Json;
}

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });
const json = (name: SchemaName, description: string, headers?: Json): Json => ({
  description,
  ...(headers && { headers }),
  content: { 'application/json': { schema: ref('schemas', name) } },
});
const problems = (...statuses: number[]): Json =>
  Object.fromEntries(statuses.map((status) => [status, ref('responses', `Problem${status}`)]));
const parameter = (name: string, place: 'path' | 'query' | 'header', schema: Json, description: string): Json => ({
  name,
  in: place,
  required: place === 'path' || name === 'user',
  schema,
  description,
});

const idempotencyKey = parameter(
  'Idempotency-Key',
  'header',
  { type: 'string', minLength: 1, maxLength: 255 },
  'The same user and key, and place in a batch, give the same order_id, so a repeated request is the same order. An ' +
    'order_id is then refused; a different body under a used key ends as a conflict of that order.',
);

const operations: Record<RouteKey<Route['function']>, Operation> = {
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
    parameters: [
      parameter('id', 'path', { type: 'string', format: 'uuid' }, 'order_id'),
      parameter(
        'wait',
        'query',
        { type: 'number', minimum: 0, maximum: MAX_WAIT_SECONDS },
        'Seconds to wait until the order is tracked',
      ),
    ],
    answers: { 200: json('OrderView', 'Status and timeline'), ...problems(400, 404, 503) },
  },
  'GET /orders': {
    operationId: 'listOrders',
    parameters: [
      parameter('user', 'query', { type: 'string', minLength: 1 }, 'Whose orders'),
      parameter(
        'limit',
        'query',
        { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE },
        'Orders on a page, at most; a page may have fewer and still not be the last',
      ),
      parameter('cursor', 'query', { type: 'string' }, 'next_cursor of the page before'),
    ],
    answers: { 200: json('OrderList', 'A page, newest first'), ...problems(400, 403, 503) },
  },
  'GET /health': { operationId: 'health', answers: { 200: json('Health', 'The API answers') } },
  'GET /openapi.json': {
    operationId: 'openApi',
    answers: { 200: { description: 'This document', content: { 'application/json': { schema: { type: 'object' } } } } },
  },
};

const problemResponses: Json = Object.fromEntries(
  Object.entries({
    400: 'The body or a parameter cannot be read',
    403: "The token's subject is another user",
    404: 'The order is not tracked (yet)',
    413: 'The body is too large',
    415: 'The body is not said to be JSON in UTF-8',
    422: 'The order or the batch is invalid',
    503: 'Kafka or a database does not answer; for orders that were sent, nobody knows whether Kafka has them',
  }).map(([status, description]) => [
    `Problem${status}`,
    {
      description,
      ...(['404', '503'].includes(status) && {
        headers: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
      }),
      content: { 'application/problem+json': { schema: ref('schemas', 'Problem') } },
    },
  ]),
);

/** The OpenAPI 3.1 document of the API: paths from the route table, schemas from those that validate. */
export function createOpenApi(): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes satisfies readonly Route[]) {
    const { answers, body, ...operation } = operations[`${route.method} ${route.path}` as RouteKey<Route['function']>];
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: {
        ...operation,
        summary: route.summary,
        ...(body && {
          requestBody: { required: true, content: { 'application/json': { schema: ref('schemas', body) } } },
        }),
        responses: answers,
        security: 'scope' in route ? [{ jwt: [route.scope] }] : [],
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'orderflow',
      version: '0.1.0',
      description: `Places orders and follows them. A token's subject is the user whose orders it may place and see, unless it has the scope ${ACT_FOR_OTHERS}.`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: jsonSchemas(),
      responses: problemResponses,
      securitySchemes: { jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function jsonSchemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(components)) registry.add(schema, { id });
  const { schemas: made } = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => {
      // The calendar spelled out as an expression says less to a reader than the format's name.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return Object.fromEntries(Object.entries(made).map(([id, { $id: _, $schema: __, ...schema }]) => [id, schema]));
}
