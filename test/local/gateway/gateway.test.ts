import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { type Gateway, GatewayError, type GatewayOptions, startGateway } from '../../../local/gateway/gateway';
import type { InvocationResult } from '../../../local/runtime/invoker';
import { aFunction, anApi, anInvoker, aRoute } from './an-api';

const open: Gateway[] = [];
const lines: string[] = [];

const start = async (options: Partial<GatewayOptions> = {}): Promise<Gateway> => {
  const gateway = await startGateway({
    apis: [anApi([aRoute('$default')])],
    functions: [aFunction],
    invoke: anInvoker((event) => event),
    port: 0,
    log: (line) => lines.push(line),
    ...options,
  });
  open.push(gateway);
  return gateway;
};

beforeEach(() => lines.splice(0));
afterEach(async () => void (await Promise.all(open.splice(0).map((gateway) => gateway.close(0)))));

const answering = (result: InvocationResult) => ({ invoke: { invoke: async () => result } });

/** Status line, headers and body of what a socket answers to bytes written as they are. */
const raw = async ({ url }: Gateway, ...parts: readonly (string | Buffer)[]): Promise<string> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  for (const part of parts) socket.write(part);
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
};

describe('the event', () => {
  test('format 2.0 has every part of the request, and leaves out what is absent', async () => {
    const { url } = await start({ apis: [anApi([aRoute('POST /orders/{id}')])] });
    const response = await fetch(`${url}/orders/a%20b?x=1&y=%2B&x=2`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: 'a=1; b=2', 'user-agent': 'test', 'x-two': '1' },
      body: '{"é":1}',
    });
    const { port } = new URL(url);
    expect(await response.json()).toEqual({
      version: '2.0',
      routeKey: 'POST /orders/{id}',
      rawPath: '/orders/a b',
      rawQueryString: 'x=1&y=%2B&x=2',
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({
        'content-type': 'application/json',
        'content-length': '8',
        host: `localhost:${port}`,
        'user-agent': 'test',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': port,
        'x-forwarded-proto': 'http',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      }),
      queryStringParameters: { x: '1,2', y: '+' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'abc123',
        domainName: 'localhost',
        domainPrefix: 'localhost',
        http: { method: 'POST', path: '/orders/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: response.headers.get('apigw-requestid'),
        routeKey: 'POST /orders/{id}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      pathParameters: { id: 'a b' },
      body: '{"é":1}',
      isBase64Encoded: false,
    });
    const bare = await (await fetch(`${url}/orders/1`, { method: 'POST' })).json();
    for (const part of ['cookies', 'queryStringParameters', 'body', 'stageVariables'])
      expect(bare).not.toHaveProperty(part);
  });

  test('headers are in lower case, repeated ones joined, hop-by-hop ones and cookies not among them', async () => {
    const gateway = await start();
    const answer = await raw(
      gateway,
      'GET / HTTP/1.1\r\nHost: localhost\r\nX-Two: 1\r\nx-two: 2\r\nCookie: a=1\r\n__proto__: p\r\nConnection: close\r\n\r\n',
    );
    const { headers } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
    expect(headers).toMatchObject({ 'x-two': '1,2', host: 'localhost' });
    expect(Object.entries(headers)).toContainEqual(['__proto__', 'p']);
    for (const name of ['cookie', 'connection']) expect(headers).not.toHaveProperty(name);
  });

  test('a body that is no text is Base64', async () => {
    const { url } = await start();
    const post = async (body: Buffer, contentType: string) =>
      (await fetch(url, { method: 'POST', body, headers: { 'content-type': contentType } })).json();
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    for (const contentType of ['application/octet-stream', 'application/json']) {
      expect(await post(bytes, contentType)).toMatchObject({ body: bytes.toString('base64'), isBase64Encoded: true });
    }
  });

  test('format 1.0 has the shape of a REST API', async () => {
    const { url } = await start({
      apis: [anApi([aRoute('GET /orders/{id}', { payloadFormat: '1.0' })])],
      invoke: anInvoker((event) => ({ statusCode: 200, body: JSON.stringify(event) })),
    });
    const event = await (await fetch(`${url}/orders/1?a=1&a=2`, { headers: { cookie: 'c=1' } })).json();
    expect(event).toMatchObject({
      version: '1.0',
      resource: '/orders/{id}',
      path: '/orders/1',
      httpMethod: 'GET',
      headers: { cookie: 'c=1' },
      multiValueQueryStringParameters: { a: ['1', '2'] },
      queryStringParameters: { a: '2' },
      pathParameters: { id: '1' },
      body: null,
      isBase64Encoded: false,
    });
  });

  test('a named stage is part of the path, and of the raw path', async () => {
    const { url } = await start({ apis: [anApi([aRoute('GET /orders')], { stage: 'prod' })] });
    const event = await (await fetch(`${url}/prod/orders`)).json();
    expect(event).toMatchObject({
      rawPath: '/prod/orders',
      routeKey: 'GET /orders',
      requestContext: { stage: 'prod' },
    });
    expect((await fetch(`${url}/orders`)).status).toBe(404);
  });
});

describe("the gateway's own answers are AWS's", () => {
  const read = async (response: Response) => [response.status, await response.text()];
  const failed = (kind: 'unhandled' | 'timeout' | 'exit'): InvocationResult => ({ ok: false, kind, payload: '{}' });

  test('404 when no route matches', async () => {
    const { url } = await start({ apis: [anApi([aRoute('GET /orders')])] });
    expect(await read(await fetch(`${url}/nothing`))).toEqual([404, '{"message":"Not Found"}']);
    expect(await read(await fetch(`${url}/orders`, { method: 'DELETE' }))).toEqual([404, '{"message":"Not Found"}']);
  });

  test.each(['unhandled', 'timeout', 'exit'] as const)('500 when the function fails: %s', async (kind) => {
    const { url } = await start(answering(failed(kind)));
    expect(await read(await fetch(url))).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(lines).toEqual([expect.stringContaining(`GET /: orders failed (${kind})`)]);
  });

  test('500 when it answers with no response, and the log says what was wrong', async () => {
    const { url } = await start({ invoke: anInvoker(() => ({ statusCode: 200, body: { a: 1 } })) });
    expect(await read(await fetch(url))).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(lines).toEqual(['GET /: body is object, not text: use JSON.stringify']);
  });

  test('500 when a header cannot be sent', async () => {
    const { url } = await start({ invoke: anInvoker(() => ({ statusCode: 200, headers: { a: 'x\r\ny: z' } })) });
    expect(await read(await fetch(url))).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  test('503 when the function does not answer in time', async () => {
    const { url } = await start({
      apis: [anApi([aRoute('$default', { timeoutMs: 20 })])],
      invoke: { invoke: () => new Promise(() => {}) },
    });
    expect(await read(await fetch(url))).toEqual([503, '{"message":"Service Unavailable"}']);
  });

  test('503 when the runtime cannot run it', async () => {
    const { url } = await start({ invoke: { invoke: () => Promise.reject(new Error('stopping')) } });
    expect(await read(await fetch(url))).toEqual([503, '{"message":"Service Unavailable"}']);
    expect(lines).toEqual(['GET /: stopping']);
  });

  test('400 for a path that cannot be decoded', async () => {
    const { url } = await start();
    expect(await read(await fetch(`${url}/%ff`))).toEqual([400, '{"message":"Bad Request"}']);
  });

  test('400 for bytes that are no HTTP, 431 for headers too large', async () => {
    const gateway = await start();
    expect(await raw(gateway, 'nonsense\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 Bad Request[\s\S]*\{"message":"Bad Request"\}$/,
    );
    expect(await raw(gateway, `GET / HTTP/1.1\r\nx: ${'x'.repeat(11_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  const tooLarge = [413, '{"message":"Request Entity Too Large"}'];
  const post = (url: string, body: string | ReadableStream) =>
    fetch(url, { method: 'POST', body, headers: { 'content-type': 'text/plain' }, duplex: 'half' } as RequestInit);

  test('2 MB pass; 413 for an event over 6 MB, and for a body over 10 MB, after which the connection goes on', async () => {
    const { url } = await start({ invoke: anInvoker(({ body }) => ({ size: (body as string).length })) });
    expect(await read(await post(url, 'x'.repeat(2_000_000)))).toEqual([200, '{"size":2000000}']);
    expect(await read(await post(url, 'x'.repeat(6_300_000)))).toEqual(tooLarge);
    expect(await read(await post(url, 'x'.repeat(11_000_000)))).toEqual(tooLarge);
    expect(await read(await post(url, 'x'))).toEqual([200, '{"size":1}']);
  });

  test('413 for a chunked body over 10 MB, whose size nobody announced', async () => {
    const { url } = await start();
    const chunks = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 11; i++) controller.enqueue(new Uint8Array(1_000_000));
        controller.close();
      },
    });
    expect(await read(await post(url, chunks))).toEqual(tooLarge);
  });

  test('500 when the answer is over 6 MB', async () => {
    const { url } = await start({ invoke: anInvoker(() => 'x'.repeat(6_300_000)) });
    expect((await fetch(url)).status).toBe(500);
  });
});

describe('Expect: 100-continue, as curl sends it before a large body', () => {
  const ask = async (url: string, length: number) => {
    const request = httpRequest(url, { method: 'POST', headers: { expect: '100-continue', 'content-length': length } });
    let continued = false;
    request.on('continue', () => {
      continued = true;
      request.end(Buffer.alloc(length));
    });
    request.flushHeaders();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    request.destroy();
    return { continued, status: response.statusCode };
  };

  test('is told to go on, unless the body is too large to send at all', async () => {
    const { url } = await start();
    expect(await ask(url, 1000)).toEqual({ continued: true, status: 200 });
    expect(await ask(url, 11_000_000)).toEqual({ continued: false, status: 413 });
  });
});

describe('answers of functions', () => {
  test('status, headers, cookies and bytes arrive', async () => {
    const bytes = Buffer.from([1, 2, 255]);
    const answer = {
      statusCode: 201,
      headers: { 'Content-Type': 'image/png' },
      cookies: ['a=1', 'b=2'],
      body: bytes.toString('base64'),
      isBase64Encoded: true,
    };
    const { url } = await start({ invoke: anInvoker(() => answer) });
    const response = await fetch(url);
    expect([response.status, response.headers.get('content-type')]).toEqual([201, 'image/png']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });

  test('HEAD has the headers without the body, 204 neither body nor length', async () => {
    const { url } = await start({
      invoke: anInvoker(({ rawPath }) => ({ statusCode: rawPath === '/none' ? 204 : 200, body: 'four' })),
    });
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '4', '']);
    const none = await fetch(`${url}/none`);
    expect([none.status, none.headers.get('content-length'), await none.text()]).toEqual([204, null, '']);
  });

  test('one connection carries many requests', async () => {
    const gateway = await start({ invoke: anInvoker(({ rawPath }) => rawPath) });
    const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
    const answers = await raw(gateway, get('/1'), get('/2'), get('/3', 'Connection: close\r\n'));
    expect(answers.match(/"\/\d"/g)).toEqual(['"/1"', '"/2"', '"/3"']);
  });
});

describe('CORS', () => {
  const cors = {
    allowOrigins: ['https://shop.example.com'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['content-type'],
    exposeHeaders: ['location'],
    maxAgeSeconds: 60,
    allowCredentials: true,
  };
  const startWithCors = (more: Partial<typeof cors> = {}) =>
    start({
      apis: [anApi([aRoute('POST /orders')], { cors: { ...cors, ...more } })],
      invoke: anInvoker(() => ({
        statusCode: 200,
        headers: { 'Access-Control-Allow-Origin': 'https://own.example.com' },
      })),
    });
  const corsHeaders = ({ headers }: Response) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-')));
  const asks = (origin: string) => ({ origin, 'access-control-request-method': 'POST' });

  test('a preflight is answered though no route has OPTIONS', async () => {
    const { url } = await startWithCors();
    const response = await fetch(`${url}/orders`, { method: 'OPTIONS', headers: asks('https://shop.example.com') });
    expect(response.status).toBe(204);
    expect(corsHeaders(response)).toEqual({
      'access-control-allow-origin': 'https://shop.example.com',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '60',
    });
  });

  test('an origin that is not allowed is told nothing; OPTIONS that is no preflight needs a route', async () => {
    const { url } = await startWithCors();
    const stranger = await fetch(`${url}/orders`, { method: 'OPTIONS', headers: asks('https://evil.example.com') });
    expect([stranger.status, corsHeaders(stranger)]).toEqual([204, {}]);
    expect((await fetch(`${url}/orders`, { method: 'OPTIONS' })).status).toBe(404);
    const headers = { origin: 'https://shop.example.com' };
    expect((await fetch(`${url}/orders`, { method: 'OPTIONS', headers })).status).toBe(404);
  });

  test("the configured headers stand in place of the function's, on errors too", async () => {
    const { url } = await startWithCors();
    const headers = { origin: 'https://shop.example.com' };
    const expected = {
      'access-control-allow-origin': 'https://shop.example.com',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'location',
    };
    expect(corsHeaders(await fetch(`${url}/orders`, { method: 'POST', headers }))).toEqual(expected);
    expect(corsHeaders(await fetch(`${url}/nothing`, { headers }))).toEqual(expected);
    expect(corsHeaders(await fetch(`${url}/orders`, { method: 'POST' }))).toEqual({});
  });

  test.each([
    [['*'], '*'],
    [['https://*'], 'https://shop.example.com'],
    [['http://*'], null],
  ])('allowed origins %j answer with %s', async (allowOrigins, expected) => {
    const { url } = await startWithCors({ allowOrigins });
    const response = await fetch(`${url}/orders`, { method: 'OPTIONS', headers: asks('https://shop.example.com') });
    expect(response.headers.get('access-control-allow-origin')).toBe(expected);
  });
});

describe('authorizers', () => {
  const authorizer = { issuer: 'https://issuer', audience: ['orders'] };
  const apis = [anApi([aRoute('GET /guarded', { authorizer, scopes: ['read'] }), aRoute('GET /open')])];

  test('are off unless the gateway is given one', async () => {
    const { url } = await start({ apis });
    expect((await fetch(`${url}/guarded`)).status).toBe(200);
  });

  test('judge guarded routes only, and the function sees the claims', async () => {
    const { url } = await start({
      apis,
      authorize: async (token) =>
        token === 'good'
          ? { allowed: true, claims: { claims: { sub: 'john' }, scopes: ['read'] } }
          : { allowed: false, status: token === undefined ? 401 : 403 },
    });
    const get = (path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers });
    const unauthorized = await get('/guarded');
    expect([unauthorized.status, await unauthorized.text()]).toEqual([401, '{"message":"Unauthorized"}']);
    const forbidden = await get('/guarded', { authorization: 'Bearer bad' });
    expect([forbidden.status, await forbidden.text()]).toEqual([403, '{"message":"Forbidden"}']);
    const { requestContext } = (await (await get('/guarded', { authorization: 'Bearer good' })).json()) as {
      requestContext: unknown;
    };
    expect(requestContext).toMatchObject({ authorizer: { jwt: { claims: { sub: 'john' }, scopes: ['read'] } } });
    expect((await get('/open')).status).toBe(200);
  });
});

describe('starting and stopping', () => {
  test('a port in use is one line with a code, and nothing is left listening', async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    const refused = await start({ port }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(GatewayError);
    expect(refused).toMatchObject({
      code: 'PORT_IN_USE',
      message: `Port ${port} is in use: stop what listens there, or choose another port`,
    });
    await expect(start({ port: port - 1, apis: [anApi([]), anApi([])] })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
    });
    await expect(fetch(`http://localhost:${port - 1}`)).rejects.toThrow();
  });

  test('several APIs have ports of their own', async () => {
    const { apis } = await start({
      apis: [anApi([aRoute('GET /a')]), anApi([aRoute('GET /b')], { id: 'second', name: 'B' })],
    });
    expect(apis.map(({ id, name }) => [id, name])).toEqual([
      ['abc123', 'Orders'],
      ['second', 'B'],
    ]);
    const statuses = apis.flatMap(({ url }) => ['/a', '/b'].map(async (path) => (await fetch(url + path)).status));
    expect(await Promise.all(statuses)).toEqual([200, 404, 404, 200]);
  });

  test('closing lets a request in flight end, and takes no new one', async () => {
    const begun = deferred();
    const release = deferred();
    const gateway = await start({
      invoke: anInvoker(async () => {
        begun.resolve();
        await release.promise;
        return 'done';
      }),
    });
    const answer = fetch(gateway.url);
    await begun.promise;
    const closed = gateway.close(60_000);
    await expect(fetch(gateway.url)).rejects.toThrow();
    release.resolve();
    const response = await answer;
    expect([await response.text(), response.headers.get('connection')]).toEqual(['"done"', 'close']);
    await closed;
  });

  test('closing ends at last, though a function never answers', async () => {
    const begun = deferred();
    const gateway = await start({
      invoke: anInvoker(() => {
        begun.resolve();
        return new Promise(() => {});
      }),
    });
    const answer = expect(fetch(gateway.url)).rejects.toThrow();
    await begun.promise;
    await gateway.close(10);
    await answer;
  });
});

function deferred() {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
