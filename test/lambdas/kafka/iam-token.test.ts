import { createHash, createHmac } from 'node:crypto';
import { createIamToken } from '../../../lambdas/kafka/iam-token';

const environment = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'session/token+with=signs*',
};
const now = new Date('2026-11-21T10:42:09Z');
const tokenOf = (env: Record<string, string> = environment) =>
  createIamToken({ region: 'eu-central-1', environment: env, now });
const urlOf = async () => new URL(Buffer.from(await tokenOf(), 'base64url').toString());

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

describe('createIamToken', () => {
  it('is a presigned request to connect, for fifteen minutes, at the region of the cluster', async () => {
    const url = await urlOf();
    expect(url.origin).toBe('https://kafka.eu-central-1.amazonaws.com');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      Action: 'kafka-cluster:Connect',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20261121/eu-central-1/kafka-cluster/aws4_request',
      'X-Amz-Date': '20261121T104209Z',
      'X-Amz-Expires': '900',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Security-Token': environment.AWS_SESSION_TOKEN,
      'User-Agent': 'orderflow',
    });
  });

  it('is base64url without padding, as SASL/OAUTHBEARER carries it', async () => {
    expect(await tokenOf()).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it('carries the signature that Signature Version 4 prescribes for what it says', async () => {
    const url = await urlOf();
    // User-Agent is added after signing.
    const signed = url.search
      .slice(1)
      .split('&')
      .filter((pair) => !/^(X-Amz-Signature|User-Agent)=/.test(pair))
      .sort()
      .join('&');
    const emptyPayload = createHash('sha256').update('').digest('hex');
    const canonical = ['GET', '/', signed, `host:${url.host}`, '', 'host', emptyPayload].join('\n');
    const scope = '20261121/eu-central-1/kafka-cluster/aws4_request';
    const digest = createHash('sha256').update(canonical).digest('hex');
    const key = scope
      .split('/')
      .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${environment.AWS_SECRET_ACCESS_KEY}`);
    const signature = hmac(key, ['AWS4-HMAC-SHA256', '20261121T104209Z', scope, digest].join('\n')).toString('hex');
    expect(url.searchParams.get('X-Amz-Signature')).toBe(signature);
  });

  it('leaves the session token out where there is none', async () => {
    const { AWS_SESSION_TOKEN: _, ...lasting } = environment;
    const url = Buffer.from(await tokenOf(lasting), 'base64url').toString();
    expect(url).not.toContain('Security-Token');
  });

  it('says what to set when there are no credentials', async () => {
    await expect(tokenOf({})).rejects.toThrow('need AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  });
});
