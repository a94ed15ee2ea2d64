import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSecret } from '../../../lambdas/billing/secret';

let server: Server;
const asked: { target: unknown; signed: boolean; body: string }[] = [];
let answer: { status: number; body: object };

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({
      target: request.headers['x-amz-target'],
      signed: /^AWS4-HMAC-SHA256 Credential=AKID\/.*\/secretsmanager\/aws4_request/.test(
        request.headers.authorization ?? '',
      ),
      body,
    });
    response.writeHead(answer.status).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => asked.splice(0));
afterAll(() => new Promise((resolve) => server.close(resolve)));

const secretOf = (name: string) =>
  createSecret(name, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });

it('is read once, by a signed request, and again when it is asked for fresh', async () => {
  answer = { status: 200, body: { SecretString: 'one' } };
  const secret = secretOf('shop/pay');
  expect(await secret(false)).toBe('one');
  expect(await secret(false)).toBe('one');
  answer = { status: 200, body: { SecretString: 'two' } };
  expect(await secret(true)).toBe('two');
  expect(await secret(false)).toBe('two');
  expect(asked).toEqual([
    { target: 'secretsmanager.GetSecretValue', signed: true, body: '{"SecretId":"shop/pay"}' },
    { target: 'secretsmanager.GetSecretValue', signed: true, body: '{"SecretId":"shop/pay"}' },
  ]);
});

it('says which secret cannot be read, and why, and is asked for again', async () => {
  answer = { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } };
  const secret = secretOf('shop/pay');
  await expect(secret(false)).rejects.toThrow('The secret shop/pay cannot be read: 400 AccessDeniedException no');
  answer = { status: 200, body: { SecretString: 'one' } };
  expect(await secret(false)).toBe('one');
});
