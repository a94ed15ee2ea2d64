import type { FunctionModel, HttpApiModel, RouteModel } from '../../../local/model';
import type { InvocationResult, Invoker } from '../../../local/runtime/invoker';

const origin = { stack: 'app', logicalId: 'Api', path: 'app/Api' };

export const aFunction: FunctionModel = {
  origin,
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:orders',
  name: 'orders',
  codeDirectory: '/nowhere',
  handler: 'index.handler',
  runtime: 'nodejs22.x',
  memoryMb: 128,
  timeoutSeconds: 3,
  environment: {},
};

/** `aRoute('GET /orders/{id}')` or `aRoute('$default')` */
export const aRoute = (key: string, route: Partial<RouteModel> = {}): RouteModel => {
  const [method = '', path = ''] = key === '$default' ? ['ANY', key] : key.split(' ');
  return { method, path, functionArn: aFunction.arn, payloadFormat: '2.0', timeoutMs: 30_000, scopes: [], ...route };
};

export const anApi = (routes: readonly RouteModel[], api: Partial<HttpApiModel> = {}): HttpApiModel => ({
  origin,
  id: 'abc123',
  name: 'Orders',
  routes,
  stage: '$default',
  ...api,
});

/** Stands at the port of the runtime: answers by a function of the event. */
export const anInvoker = (
  answer: (event: Record<string, unknown>, payload: string) => unknown | Promise<unknown>,
): Invoker => ({
  invoke: async (_, payload): Promise<InvocationResult> => ({
    ok: true,
    payload: JSON.stringify((await answer(JSON.parse(payload), payload)) ?? null),
  }),
});
