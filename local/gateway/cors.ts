import type { HttpApiModel } from '../model';
import type { GatewayResponse } from './response';

type Cors = NonNullable<HttpApiModel['cors']>;

/** What a browser's request says of itself. */
export interface CorsRequest {
  readonly method: string;
  readonly origin: string | undefined;
  /** Access-Control-Request-Method */
  readonly requestMethod: string | undefined;
}

/** What `Access-Control-Allow-Origin` says to this origin; undefined: nothing, since it is not allowed. */
export const allowedOrigin = (cors: Cors | undefined, origin: string | undefined): string | undefined => {
  if (cors === undefined || origin === undefined) return undefined;
  const { allowOrigins } = cors;
  if (allowOrigins.includes('*')) return '*';
  const scheme = origin.slice(0, origin.indexOf('://') + 3);
  return allowOrigins.some((allowed) => allowed === origin || allowed === `${scheme}*`) ? origin : undefined;
};

const common = (cors: Cors, origin: string): Record<string, string> => ({
  'access-control-allow-origin': origin,
  ...(cors.allowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
});

const list = (name: string, values: readonly string[]): Record<string, string> =>
  values.length > 0 ? { [name]: values.join(',') } : {};

export const isPreflight = ({ method, origin, requestMethod }: CorsRequest): boolean =>
  method === 'OPTIONS' && origin !== undefined && requestMethod !== undefined;

/**
 * With CORS configured, an HTTP API answers preflights by itself, whatever routes there are
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html).
 */
export const preflight = (cors: Cors | undefined, request: CorsRequest): GatewayResponse | undefined => {
  if (cors === undefined || !isPreflight(request)) return undefined;
  const origin = allowedOrigin(cors, request.origin);
  const headers =
    origin === undefined
      ? {}
      : {
          ...common(cors, origin),
          ...list('access-control-allow-methods', cors.allowMethods),
          ...list('access-control-allow-headers', cors.allowHeaders),
          ...(cors.maxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(cors.maxAgeSeconds) }),
        };
  return { status: 204, headers, body: '' };
};

/** The function's own CORS headers give way to the configured ones. */
export const withCors = (response: GatewayResponse, cors: Cors | undefined, request: CorsRequest): GatewayResponse => {
  if (cors === undefined) return response;
  const own = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'));
  const origin = allowedOrigin(cors, request.origin);
  const added =
    origin === undefined
      ? {}
      : { ...common(cors, origin), ...list('access-control-expose-headers', cors.exposeHeaders) };
  return { ...response, headers: { ...Object.fromEntries(own), ...added } };
};
