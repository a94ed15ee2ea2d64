import { createHash, createHmac } from 'node:crypto';
import { createSignedPriceList } from '../../../lambdas/items/signed-price-list';

const environment = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
};

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

async function requestOf(item: string, price: string) {
  const requests: Request[] = [];
  const fetched = jest.spyOn(global, 'fetch').mockImplementation(async (url, init) => {
    requests.push(new Request(url as URL, init));
    return new Response('{}');
  });
  await createSignedPriceList({ table: 'items', environment }).setPrice(item, price);
  fetched.mockRestore();
  const [request] = requests;
  if (!request) throw new Error('nothing was sent');
  return request;
}

describe('createSignedPriceList', () => {
  it("sends DynamoDB's own request to the region's endpoint", async () => {
    const request = await requestOf('burger', '4.5');
    expect(request.url).toBe('https://dynamodb.eu-central-1.amazonaws.com/');
    expect(request.headers.get('x-amz-target')).toBe('DynamoDB_20120810.PutItem');
    expect(await request.json()).toEqual({
      TableName: 'items',
      Item: { item: { S: 'burger' }, sk: { S: 'list_price' }, price: { S: '4.5' } },
    });
  });

  it('signs host, time, token and body as Signature Version 4 prescribes', async () => {
    const request = await requestOf('burger', '4.5');
    const authorization = request.headers.get('authorization') ?? '';
    const signedHeaders = /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? '';
    expect(signedHeaders.split(';')).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token']));
    const time = request.headers.get('x-amz-date') ?? '';
    const scope = `${time.slice(0, 8)}/eu-central-1/dynamodb/aws4_request`;
    const headers = signedHeaders
      .split(';')
      .map((name) => `${name}:${name === 'host' ? new URL(request.url).host : request.headers.get(name)}\n`)
      .join('');
    const canonical = ['POST', '/', '', headers, signedHeaders, sha256(await request.text())].join('\n');
    const key = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), 'AWS4secret');
    const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')).toString('hex');
    expect(authorization).toContain(`Signature=${signature}`);
  });
});
