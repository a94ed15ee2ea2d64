import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoPriceList } from '../../../lambdas/items/dynamo-price-list';
import { toAttributes } from '../../../lambdas/kafka/dynamo/attributes';
import { createDynamoClaims } from '../../../lambdas/risk/dynamo-claims';
import { createDynamoRiskConfiguration } from '../../../lambdas/risk/dynamo-risk-configuration';
import { defaultTerms } from '../../../lambdas/risk/terms';
import { aDynamoClient, aTable } from '../../dynamo';

let client: DynamoDBClient;
beforeAll(() => {
  client = aDynamoClient();
});
afterAll(() => client.destroy());

test('of many bodies that claim an order id at once one gets it, and keeps it', async () => {
  const claims = createDynamoClaims(client, await aTable());
  const digests = ['a', 'b', 'c', 'd'];
  const answers = await Promise.all(digests.map((digest) => claims.claim('order', digest)));
  expect(answers.filter(Boolean)).toHaveLength(1);
  const winner = digests[answers.indexOf(true)] as string;
  for (const digest of digests) expect(await claims.claim('order', digest)).toBe(digest === winner);
});

test('terms are read from the tables, and a fresh list price is seen at once', async () => {
  const limits = await aTable();
  const prices = createDynamoPriceList(client, await aTable('item', 'sk'));
  const put = (row: Record<string, string | number>) =>
    client.send(new PutItemCommand({ TableName: limits, Item: toAttributes({ sk: 'limits', ...row }) }));
  await put({ pk: 'everybody', max_open_notional: '1000' });
  await put({ pk: 'user#mallory', blocked: 'yes' });
  await put({ pk: 'item#burger', max_quantity: 10 });
  let time = 0;
  const configuration = createDynamoRiskConfiguration(client, limits, prices, () => time);
  const john = { user: 'john', item: 'burger' };

  expect(await configuration.termsOf([john, { user: 'mallory', item: 'tea' }, john])).toEqual([
    { ...defaultTerms, maxOpenNotional: '1000', maxQuantity: 10 },
    { ...defaultTerms, maxOpenNotional: '1000', blocked: 'user' },
    { ...defaultTerms, maxOpenNotional: '1000', maxQuantity: 10 },
  ]);

  await prices.setPrice('burger', '8.5');
  await put({ pk: 'user#john', max_quantity: 3, may_sell_short: 'no' });
  expect(await configuration.termsOf([john])).toMatchObject([{ listPrice: '8.5', maxQuantity: 10 }]);
  time = 5_000;
  expect(await configuration.termsOf([john])).toMatchObject([{ maxQuantity: 3, maySellShort: false }]);
});

test('a list price that an order contradicts is read anew, whatever is remembered', async () => {
  const limits = await aTable();
  const prices = createDynamoPriceList(client, await aTable('item', 'sk'));
  const configuration = createDynamoRiskConfiguration(client, limits, prices, () => 0);
  const burger = { user: 'john', item: 'burger' };
  await prices.setPrice('burger', '8.50');
  expect(await configuration.termsOf([burger])).toMatchObject([{ listPrice: '8.5' }]);
  await prices.setPrice('burger', '9');
  expect(await configuration.termsOf([{ ...burger, price: '8.5' }])).toMatchObject([{ listPrice: '8.5' }]);
  expect(await configuration.termsOf([{ ...burger, price: '9' }])).toMatchObject([{ listPrice: '9' }]);
  expect(await configuration.termsOf([{ ...burger, price: '8.5' }])).toMatchObject([{ listPrice: '9' }]);
});
