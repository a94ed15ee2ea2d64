import { timerMs } from '../../shared/time';
import type { FunctionModel, HttpApiModel } from '../model';
import type { InvocationResult, Invoker } from '../runtime/invoker';
import { type Authorize, bearerToken, type Claims } from './authorizer';
import { type CorsRequest, preflight, withCors } from './cors';
import { eventV1, eventV2 } from './event';
import type { GatewayRequest } from './request';
import { type GatewayResponse, gatewayError, InvalidResponseError, interpret } from './response';
import { createRouteTable, type RouteMatch } from './route-table';

/** Lambda's limit for a synchronous invocation, of the event and of the answer, in bytes. */
const PAYLOAD_LIMIT = 6 * 1024 * 1024;

export interface ApiDependencies {
  readonly functions: readonly FunctionModel[];
  readonly invoke: Invoker;
  /** Absent: every route is open. */
  readonly authorize?: Authorize;
  /** One line for each request that failed on our side. */
  readonly log: (line: string) => void;
}

const internalServerError = gatewayError(500, 'Internal Server Error');
const serviceUnavailable = gatewayError(503, 'Service Unavailable');
const notFound = gatewayError(404, 'Not Found');
const tooLarge = gatewayError(413, 'Request Entity Too Large');
const unauthorized: GatewayResponse = {
  ...gatewayError(401, 'Unauthorized'),
  headers: { 'content-type': 'application/json', 'www-authenticate': 'Bearer' },
};
const forbidden = gatewayError(403, 'Forbidden');

/** Path within the stage, or undefined when it is another stage's. */
const withinStage = (path: string, stage: string): string | undefined => {
  if (stage === '$default') return path;
  if (path === `/${stage}`) return '/';
  return path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : undefined;
};

const corsRequest = ({ method, headers }: GatewayRequest): CorsRequest => ({
  method,
  origin: headers.get('origin')?.[0],
  requestMethod: headers.get('access-control-request-method')?.[0],
});

/** Bytes, counted only when the number of characters does not settle it. */
const isOver = (text: string, limit: number): boolean =>
  text.length > limit || (text.length > limit / 3 && Buffer.byteLength(text) > limit);

const timeout = Symbol('timeout');

const withTimeout = async (work: Promise<InvocationResult>, ms: number): Promise<InvocationResult | typeof timeout> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof timeout>((resolve) => {
    timer = setTimeout(() => resolve(timeout), timerMs(ms));
    // The connection keeps the process alive; once that is closed, nobody waits for the answer.
    timer.unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** One HTTP API as a function from request to response: never throws. */
export const createApiHandler = (api: HttpApiModel, { functions, invoke, authorize, log }: ApiDependencies) => {
  const table = createRouteTable(api.routes);
  const byArn = new Map(functions.map((fn) => [fn.arn, fn]));

  const run = async (
    request: GatewayRequest,
    match: RouteMatch,
    claims: Claims | undefined,
  ): Promise<GatewayResponse> => {
    const { route } = match;
    const say = (what: string) => log(`${request.method} ${request.path}: ${what}`);
    const fn = byArn.get(route.functionArn);
    if (fn === undefined) {
      say(`function ${route.functionArn} is not run here`);
      return internalServerError;
    }
    const context = { api, accountId: fn.arn.split(':')[4] ?? '', match, ...(claims === undefined ? {} : { claims }) };
    const event = JSON.stringify(route.payloadFormat === '1.0' ? eventV1(request, context) : eventV2(request, context));
    if (isOver(event, PAYLOAD_LIMIT)) return tooLarge;
    const result = await withTimeout(invoke.invoke(fn, event), route.timeoutMs);
    if (result === timeout) {
      say(`${fn.name} did not answer within ${route.timeoutMs} ms`);
      return serviceUnavailable;
    }
    if (!result.ok) {
      say(`${fn.name} failed (${result.kind}): ${result.payload.slice(0, 500)}`);
      return internalServerError;
    }
    if (isOver(result.payload, PAYLOAD_LIMIT)) {
      say(`${fn.name} answered with more than ${PAYLOAD_LIMIT} bytes`);
      return internalServerError;
    }
    return interpret(result.payload, route.payloadFormat);
  };

  const answer = async (request: GatewayRequest): Promise<GatewayResponse> => {
    const path = withinStage(request.path, api.stage);
    const match = path === undefined ? undefined : table.match(request.method, path);
    if (match === undefined) return notFound;
    if (authorize === undefined || match.route.authorizer === undefined) return run(request, match, undefined);
    const verdict = await authorize(bearerToken(request.headers.get('authorization')?.[0]), match.route);
    if (verdict.allowed) return run(request, match, verdict.claims);
    return verdict.status === 401 ? unauthorized : forbidden;
  };

  return async (request: GatewayRequest): Promise<GatewayResponse> => {
    const cors = corsRequest(request);
    const early = preflight(api.cors, cors);
    if (early !== undefined) return early;
    try {
      return withCors(await answer(request), api.cors, cors);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log(`${request.method} ${request.path}: ${reason}`);
      const response = error instanceof InvalidResponseError ? internalServerError : serviceUnavailable;
      return withCors(response, api.cors, cors);
    }
  };
};

export type ApiHandler = ReturnType<typeof createApiHandler>;
