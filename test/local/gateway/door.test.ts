import { connect } from 'node:net';
import { type Gateway, type GatewayOptions, startGateway } from '../../../local/gateway/gateway';
import { aFunction, anApi, anInvoker, aRoute } from './an-api';

const open: Gateway[] = [];
const events: Record<string, unknown>[] = [];

const start = async (options: Partial<GatewayOptions> = {}): Promise<Gateway> => {
  const gateway = await startGateway({
    apis: [anApi([aRoute('$default')])],
    functions: [aFunction],
    invoke: anInvoker((event) => {
      events.push(event);
      return { statusCode: 202, body: 'in' };
    }),
    port: 0,
    ...options,
  });
  open.push(gateway);
  return gateway;
};

beforeEach(() => events.splice(0));
afterEach(async () => void (await Promise.all(open.splice(0).map((gateway) => gateway.close(0)))));

/** Status and message of the answer to these lines of a request's head, and its body. */
const ask = async ({ url }: { url: string }, head: readonly string[], body = ''): Promise<[number, string]> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const closes = head[0]?.endsWith('1.0') || head[1]?.startsWith('Connection') ? [] : ['Connection: close'];
  socket.write(`${[...head, ...closes].join('\r\n')}\r\n\r\n${body}`);
  let text = '';
  for await (const chunk of socket) text += chunk;
  const content = text.slice(text.indexOf('\r\n\r\n') + 4);
  return [Number(text.split(' ')[1]), content.startsWith('{') ? JSON.parse(content).message : content];
};

const get = 'GET /orders HTTP/1.1';
const post = 'POST /orders HTTP/1.1';
const cors = { allowMethods: ['POST'], allowHeaders: [], exposeHeaders: [], allowCredentials: false };

describe('the host', () => {
  test.each([
    'localhost',
    'LOCALHOST:3000',
    'localhost.:80',
    'shop.localhost:1',
    '127.0.0.1:3000',
    '127.1.2.3',
    '[::1]:3000',
  ])('%s is this machine', async (host) => {
    expect(await ask(await start(), [get, `Host: ${host}`])).toEqual([202, 'in']);
  });

  test.each([
    'evil.example',
    'evil.example:3000',
    'localhost.evil.example',
    'notlocalhost',
    '127.0.0.1.evil.example',
    '127.0.0.1.nip.io',
    '0.0.0.0:3000',
    '192.168.1.7',
    '[::2]',
    'host.docker.internal:3000',
  ])('%s is not, and never reaches a function', async (host) => {
    const [status, message] = await ask(await start(), [post, `Host: ${host}`, 'Content-Length: 2'], '{}');
    expect([status, message]).toEqual([403, expect.stringContaining('--allow-host')]);
    expect(events).toEqual([]);
  });

  test('is taken when the user names it, with any port', async () => {
    const gateway = await start({ allowedHosts: ['Host.Docker.Internal'] });
    expect(await ask(gateway, [get, 'Host: host.docker.internal:3000'])).toEqual([202, 'in']);
    expect((await ask(gateway, [get, 'Host: other.docker.internal']))[0]).toBe(403);
  });

  test('of a target that is a whole URL counts, and not the header beside it', async () => {
    const gateway = await start();
    expect((await ask(gateway, ['GET http://evil.example/orders HTTP/1.1', 'Host: localhost']))[0]).toBe(403);
    expect((await ask(gateway, ['GET http://localhost/orders HTTP/1.1', 'Host: localhost']))[0]).toBe(202);
  });

  test('is asked of every API of the app', async () => {
    const { apis } = await start({
      apis: [anApi([aRoute('$default')]), anApi([aRoute('$default')], { id: 'second' })],
    });
    const answers = await Promise.all(apis.map((api) => ask(api, [get, 'Host: evil.example'])));
    expect(answers.map(([status]) => status)).toEqual([403, 403]);
  });
});

describe('one message to everybody who reads it', () => {
  test.each<[string, number, readonly string[], string?]>([
    ['two Host headers', 400, [get, 'Host: localhost', 'Host: localhost']],
    ['a second Host in other letters', 400, [get, 'Host: localhost', 'hOST: evil.example']],
    ['no Host', 400, [get]],
    ['no Host in HTTP/1.0', 400, ['GET / HTTP/1.0']],
    ['an empty Host', 400, [get, 'Host:']],
    ['a Host with a user', 400, [get, 'Host: user@localhost']],
    ['a Host with a path', 400, [get, 'Host: localhost/x']],
    ['a list of Hosts', 400, [get, 'Host: localhost, evil.example']],
    ['a Host with a port that is none', 400, [get, 'Host: localhost:http']],
    ['two Origins', 400, [get, 'Host: localhost', 'Origin: http://localhost', 'Origin: http://localhost']],
    ['two lengths', 400, [post, 'Host: localhost', 'Content-Length: 2', 'Content-Length: 3'], '{} '],
    ['a length twice', 400, [post, 'Host: localhost', 'Content-Length: 2', 'Content-Length: 2'], '{}'],
    ['a list of lengths', 400, [post, 'Host: localhost', 'Content-Length: 2, 2'], '{}'],
    ['a signed length', 400, [post, 'Host: localhost', 'Content-Length: +2'], '{}'],
    [
      'chunks and a length',
      400,
      [post, 'Host: localhost', 'Transfer-Encoding: chunked', 'Content-Length: 5'],
      '0\r\n\r\n',
    ],
    [
      'a length and chunks',
      400,
      [post, 'Host: localhost', 'Content-Length: 5', 'Transfer-Encoding: chunked'],
      '0\r\n\r\n',
    ],
    [
      'chunks twice',
      400,
      [post, 'Host: localhost', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
      '0\r\n\r\n',
    ],
    ['a coding before the chunks', 501, [post, 'Host: localhost', 'Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'],
    ['chunks in HTTP/1.0', 400, ['POST / HTTP/1.0', 'Host: localhost', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['a space before the colon', 400, [get, 'Host : localhost']],
    ['a folded header', 400, [get, 'Host: localhost', 'X: a\r\n b']],
    ['HTTP/2.0 in plain text', 505, ['GET / HTTP/2.0', 'Host: localhost']],
  ])('%s: %d', async (_, status, head, body = '') => {
    expect((await ask(await start(), head, body))[0]).toBe(status);
    expect(events).toEqual([]);
  });

  test.each(['keep-alive', 'close'])(
    'what follows a refused request on its connection (%s) is not read',
    async (connection) => {
      const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';
      const head = ['GET / HTTP/1.1', `Connection: ${connection}`, 'Host: localhost', 'Host: evil.example'];
      const answer = await ask(await start(), head, smuggled);
      expect(answer).toEqual([400, 'Bad Request: more than one Host header']);
      expect(events).toEqual([]);
    },
  );
});

describe('the origin', () => {
  const from = (origin: string, host = 'localhost:3000') => [
    post,
    `Host: ${host}`,
    `Origin: ${origin}`,
    'Content-Length: 0',
  ];

  test.each([
    'https://evil.example',
    'http://localhost:5173',
    'http://127.0.0.1:3000',
    'null',
    'file://',
    '',
    'http://localhost',
  ])('of another page, %j, is refused before any function sees the request', async (origin) => {
    expect(await ask(await start(), from(origin))).toEqual([403, expect.stringContaining("page's Origin")]);
    expect(events).toEqual([]);
  });

  test('of the same port is taken, and of a tunnel that speaks https before it', async () => {
    const gateway = await start({ allowedHosts: ['tunnel.example'] });
    expect((await ask(gateway, from('http://localhost:3000')))[0]).toBe(202);
    expect((await ask(gateway, from('https://tunnel.example', 'tunnel.example')))[0]).toBe(202);
  });

  test.each([
    [['https://shop.example'], 'https://shop.example', 202],
    [['https://shop.example'], 'https://shop.example.evil.example', 403],
    [['https://shop.example'], 'null', 403],
    [['https://*'], 'https://any.example', 202],
    [['https://*'], 'http://any.example', 403],
    [['https://*'], 'null', 403],
    [['*'], 'null', 202],
  ])('with %j allowed, %s is answered %d', async (allowOrigins, origin, status) => {
    const gateway = await start({ apis: [anApi([aRoute('$default')], { cors: { ...cors, allowOrigins } })] });
    expect((await ask(gateway, from(origin)))[0]).toBe(status);
  });

  test('of a preflight that nobody allowed gets no header that allows, nor does any function see it', async () => {
    const preflight = async (url: string) => {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
      const response = await fetch(url, { method: 'OPTIONS', headers });
      return [response.status, [...response.headers.keys()].filter((name) => name.startsWith('access-'))];
    };
    expect(await preflight((await start()).url)).toEqual([403, []]);
    const allowOrigins = ['https://shop.example'];
    const configured = await start({ apis: [anApi([aRoute('$default')], { cors: { ...cors, allowOrigins } })] });
    expect(await preflight(configured.url)).toEqual([204, []]);
    expect(events).toEqual([]);
  });

  test('a body that waits to be asked for is not asked for', async () => {
    const head = [...from('https://evil.example').slice(0, -1), 'Content-Length: 2', 'Expect: 100-continue'];
    expect((await ask(await start(), head))[0]).toBe(403);
  });
});
