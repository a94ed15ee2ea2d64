import { createApi, type Handle } from '../../../lambdas/api/dispatch';
import type { ApiEvent } from '../../../lambdas/api/event';
import { ProblemError, problem } from '../../../lambdas/api/problem';
import { DependencyError } from '../../../lambdas/errors';
import { apiEvent } from './api-event';

const ok: Handle = async () => ({ status: 200, body: { fine: true } });

function answer(handle: Handle, routeKey = 'POST /orders') {
  const logged: unknown[] = [];
  const api = createApi<'ingest'>(
    {
      'POST /orders': handle,
      'POST /orders/batch': ok,
      'POST /orders/{id}/cancel': ok,
      'PUT /items/{item}': ok,
      'POST /items/{item}/stock': ok,
      'PATCH /limits': ok,
      'PATCH /limits/users/{user}': ok,
      'PATCH /limits/items/{item}': ok,
    },
    { error: (_, fields) => logged.push(fields) },
  );
  return api(apiEvent('post-order', { routeKey })).then((response) => ({ response, logged }));
}

const throwing = (error: Error) => answer(() => Promise.reject(error));

describe('createApi', () => {
  it('answers a value as JSON', async () => {
    const { response } = await answer(ok);
    expect(response).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"fine":true}',
    });
  });

  it('says what an event that is none of an HTTP API lacks', async () => {
    const api = createApi<'query'>({} as Parameters<typeof createApi<'query'>>[0], { error: () => {} });
    await expect(api({} as ApiEvent)).rejects.toThrow('routeKey or requestContext is missing');
  });

  it('answers a problem as a problem document that names the request', async () => {
    const { response, logged } = await throwing(new ProblemError(problem('not_tracked', 'ask again'), 7));
    expect(response).toMatchObject({
      statusCode: 404,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '7' },
    });
    expect(JSON.parse(response.body ?? '')).toEqual({
      type: 'urn:problem-type:orderflow:not-tracked',
      title: 'The order is not tracked yet',
      status: 404,
      detail: 'ask again',
      request_id: 'JKJaXmPLvHcESHA=',
    });
    expect(logged).toEqual([]);
  });

  it('answers 503 with Retry-After when a dependency is away, and logs why', async () => {
    const { response, logged } = await throwing(new DependencyError('dynamodb_unavailable', 'secret host'));
    expect(response).toMatchObject({ statusCode: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
    expect(response.body).not.toContain('secret');
    expect(logged).toHaveLength(1);
  });

  it('answers 500 to a fault of its own, gives nothing away and logs it', async () => {
    const { response, logged } = await throwing(new TypeError('secret is undefined'));
    expect(response).toMatchObject({ statusCode: 500, headers: { 'content-type': 'application/problem+json' } });
    expect(response.body).not.toContain('secret');
    expect(logged).toMatchObject([{ request_id: 'JKJaXmPLvHcESHA=', error: expect.any(TypeError) }]);
  });

  it('answers 404 to a route of another function', async () => {
    const { response } = await answer(ok, 'GET /orders');
    expect(response.statusCode).toBe(404);
  });
});
