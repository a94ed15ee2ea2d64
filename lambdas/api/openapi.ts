import * as z from 'zod';
import type { RouteKey } from './dispatch';
import { components, type Json, ref } from './openapi-parts';
import { operations } from './operations';
import { ACT_FOR_OTHERS, OPERATE, type Route, routes } from './routes';

const problemResponses: Json = Object.fromEntries(
  Object.entries({
    400: 'The body or a parameter cannot be read',
    403: "The token's subject is another user",
    404: 'There is no such thing (yet)',
    412: 'The item has a price already',
    413: 'The body is too large',
    415: 'The body is not said to be JSON in UTF-8',
    422: 'The body is invalid',
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
    const { answers, body, bodyOptional, ...operation } =
      operations[`${route.method} ${route.path}` as RouteKey<Route['function']>];
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: {
        ...operation,
        summary: route.summary,
        ...(body && {
          requestBody: { required: !bodyOptional, content: { 'application/json': { schema: ref('schemas', body) } } },
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
      description: `Places orders and follows them. A token's subject is the user whose orders it may place and see, unless it has the scope ${ACT_FOR_OTHERS}. Prices, stock, limits and figures need ${OPERATE}.`,
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
      // An expression is the rule that validates; the format's name beside it would ask for a zone where none is needed.
      if (jsonSchema.format === 'date-time' && jsonSchema.pattern) delete jsonSchema.format;
    },
  });
  return Object.fromEntries(Object.entries(made).map(([id, { $id: _, $schema: __, ...schema }]) => [id, schema]));
}
