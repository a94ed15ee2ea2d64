import type { HttpApiModel } from '../model';
import type { Claims } from './authorizer';
import { type GatewayRequest, isText, parseQuery } from './request';
import type { RouteMatch } from './route-table';

/** What an event says beside the request itself. */
export interface EventContext {
  readonly api: HttpApiModel;
  readonly accountId: string;
  readonly match: RouteMatch;
  /** Of a token that an authorizer let through. */
  readonly claims?: Claims;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number) => String(n).padStart(2, '0');

/** `12/Mar/2020:19:03:58 +0000` */
export const requestTime = (epochMs: number): string => {
  const date = new Date(epochMs);
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
};

/** Own properties only, whatever the names: `__proto__` is one like any other. */
const toObject = <T>(entries: Iterable<readonly [string, T]>): Record<string, T> => {
  const object: Record<string, T> = Object.create(null);
  for (const [name, value] of entries) object[name] = value;
  return object;
};

const mapped = <T>(map: ReadonlyMap<string, readonly string[]>, value: (values: readonly string[]) => T) =>
  toObject([...map].map(([name, values]) => [name, value(values)] as const));

const unlessEmpty = <T extends object>(object: T): T | undefined =>
  Object.keys(object).length > 0 ? object : undefined;

const bodyOf = ({ body, headers }: GatewayRequest) => {
  const isBase64Encoded = body.length > 0 && !isText(headers.get('content-type')?.[0], body);
  return { body: body.length === 0 ? undefined : body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
};

const hostOf = ({ headers }: GatewayRequest): string => (headers.get('host')?.[0] ?? 'localhost').replace(/:\d+$/, '');

const userAgentOf = ({ headers }: GatewayRequest): string => headers.get('user-agent')?.[0] ?? '';

/**
 * Payload format 2.0: absent parts are left out
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 */
export const eventV2 = (request: GatewayRequest, { api, accountId, match, claims }: EventContext) => {
  const { body, isBase64Encoded } = bodyOf(request);
  const domainName = hostOf(request);
  return {
    version: '2.0',
    routeKey: match.routeKey,
    rawPath: request.path,
    rawQueryString: request.rawQuery,
    cookies: unlessEmpty(request.cookies),
    headers: mapped(request.headers, (values) => values.join(',')),
    queryStringParameters: unlessEmpty(mapped(parseQuery(request.rawQuery), (values) => values.join(','))),
    requestContext: {
      accountId,
      apiId: api.id,
      authorizer: claims && { jwt: claims },
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: request.path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: userAgentOf(request),
      },
      requestId: request.id,
      routeKey: match.routeKey,
      stage: api.stage,
      time: requestTime(request.time),
      timeEpoch: request.time,
    },
    pathParameters: unlessEmpty(match.pathParameters),
    body,
    isBase64Encoded,
  };
};

const last = (values: readonly string[]) => values.at(-1) ?? '';

/** Payload format 1.0, the REST API's shape: absent parts are null. */
export const eventV1 = (request: GatewayRequest, { api, accountId, match, claims }: EventContext) => {
  const { body, isBase64Encoded } = bodyOf(request);
  const query = parseQuery(request.rawQuery);
  const cookie = request.cookies.length > 0 ? [['cookie', [request.cookies.join('; ')]] as const] : [];
  const headers = new Map<string, readonly string[]>([...request.headers, ...cookie]);
  const domainName = hostOf(request);
  return {
    version: '1.0',
    resource: match.route.path,
    path: request.path,
    httpMethod: request.method,
    headers: mapped(headers, last),
    multiValueHeaders: mapped(headers, (values) => values),
    queryStringParameters: unlessEmpty(mapped(query, last)) ?? null,
    multiValueQueryStringParameters: unlessEmpty(mapped(query, (values) => values)) ?? null,
    requestContext: {
      accountId,
      apiId: api.id,
      authorizer: { claims: claims?.claims ?? null, scopes: claims?.scopes ?? null },
      domainName,
      domainPrefix: domainName.split('.')[0],
      extendedRequestId: request.id,
      httpMethod: request.method,
      identity: { sourceIp: request.sourceIp, userAgent: userAgentOf(request) },
      path: request.path,
      protocol: 'HTTP/1.1',
      requestId: request.id,
      requestTime: requestTime(request.time),
      requestTimeEpoch: request.time,
      resourceId: match.routeKey,
      resourcePath: match.route.path,
      stage: api.stage,
    },
    pathParameters: unlessEmpty(match.pathParameters) ?? null,
    stageVariables: null,
    body: body ?? null,
    isBase64Encoded,
  };
};
