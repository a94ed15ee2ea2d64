import type { ApiEvent, JwtAuthorizer } from '../../../lambdas/api/event';
import { loadEvent } from '../../load-event';

type Changes = Partial<
  Pick<ApiEvent, 'body' | 'isBase64Encoded' | 'routeKey' | 'rawPath' | 'queryStringParameters' | 'pathParameters'>
> & {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly jwt?: JwtAuthorizer;
};

/** An event of test/events/api-*.json, with what a test changes about it. */
export function apiEvent(name: string, { headers, jwt, ...changes }: Changes = {}): ApiEvent {
  const event = loadEvent<ApiEvent>(`api-${name}`);
  const merged = { ...event.headers, ...headers };
  return {
    ...event,
    ...changes,
    headers: Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)),
    requestContext: jwt ? { ...event.requestContext, authorizer: { jwt } } : event.requestContext,
  };
}

/** A call of any route, as the gateway hands it over: `aCall('PUT /items/{item}', { item: 'burger' }, { body: '{}' })`. */
export function aCall(routeKey: string, pathParameters: Record<string, string> = {}, changes: Changes = {}): ApiEvent {
  const [method = '', path = ''] = routeKey.split(' ');
  const rawPath = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => pathParameters[name] ?? '');
  const body = changes.body === undefined ? {} : { isBase64Encoded: false };
  return apiEvent(method === 'GET' ? 'get-order' : 'post-order', {
    body: undefined,
    ...body,
    routeKey,
    rawPath,
    pathParameters,
    ...changes,
  });
}

/** The same event with this text as its body, as the gateway would hand it over. */
export const withBody = (name: string, body: string): ApiEvent => apiEvent(name, { body, isBase64Encoded: false });
