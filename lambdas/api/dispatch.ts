import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { OrderflowError } from '../errors';
import type { Log } from '../logger';
import type { ApiEvent } from './event';
import { ProblemError, problem } from './problem';
import type { Route, routes } from './routes';
import type { Problem } from './schemas';

/** What a handler answers: a value that becomes JSON, or JSON text as it is. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handle = (event: ApiEvent) => Promise<Reply>;

type RouteKeyOf<R, F> = R extends Route & { readonly function: F } ? `${R['method']} ${R['path']}` : never;

/** The keys by which API Gateway names a function's routes: `POST /orders`. */
export type RouteKey<F extends Route['function']> = RouteKeyOf<(typeof routes)[number], F>;

/**
 * Answers the routes of a function. The gateway has matched the route already and says which in `routeKey`; whatever a
 * handler throws becomes a problem document.
 */
export function createApi<F extends Route['function']>(handles: Record<RouteKey<F>, Handle>, log: Pick<Log, 'error'>) {
  const byRoute = new Map<string, Handle>(Object.entries<Handle>(handles));
  return async (event: ApiEvent): Promise<APIGatewayProxyStructuredResultV2> => {
    if (!event?.routeKey || !event.requestContext) throw new TypeError(NOT_OURS);
    try {
      const handle = byRoute.get(event.routeKey);
      if (!handle) throw new ProblemError(problem('not_found', `This function does not answer ${event.routeKey}`));
      const { status, body, headers } = await handle(event);
      return {
        statusCode: status,
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      };
    } catch (error) {
      return toProblem(error, event, log);
    }
  };
}

const NOT_OURS =
  'Not an event of an HTTP API (payload format 2.0): routeKey or requestContext is missing. test/events/ has examples.';

function toProblem(error: unknown, event: ApiEvent, log: Pick<Log, 'error'>): APIGatewayProxyStructuredResultV2 {
  const request_id = event.requestContext.requestId;
  if (error instanceof ProblemError) return document({ ...error.problem, request_id }, error.retryAfter);
  log.error('Request failed', { route: event.routeKey, request_id, error });
  if (error instanceof OrderflowError && error.retriable) {
    return document({ ...problem('unavailable', 'Try again in a moment'), request_id }, RETRY_AFTER);
  }
  return document({ ...problem('internal', 'The log has the reason under request_id'), request_id });
}

/** Seconds: long enough for a broker's restart to make progress, short enough for a person to wait. */
export const RETRY_AFTER = 2;

function document(body: Problem, retryAfter?: number): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: body.status,
    headers: {
      'content-type': 'application/problem+json',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    },
    body: JSON.stringify(body),
  };
}
