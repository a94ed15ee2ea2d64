import { createDynamoLimitReader } from '../../../lambdas/limits/dynamo-limit-reader';
import { createSignedLimitRegister } from '../../../lambdas/limits/signed-limit-register';
import { createDynamoRiskConfiguration } from '../../../lambdas/risk/dynamo-risk-configuration';
import { aDynamoClient, aTable } from '../../dynamo';
import { engines } from '../../engines';

const environment = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL_DYNAMODB: engines().dynamodb,
};
const client = aDynamoClient();
afterAll(() => client.destroy());

const john = { of: 'user', name: 'john' } as const;
const noPrices = { pricesOf: async () => new Map<string, string>(), setPrice: async () => {} };

test('limits that are set are read, those that are taken back are gone, and the others stay', async () => {
  const table = await aTable();
  const register = createSignedLimitRegister(table, environment);
  await register.change(john, { max_open_notional: '50', max_quantity: 7, may_sell_short: false });
  const now = await register.change(john, { max_open_notional: null, blocked: true });
  expect(now).toEqual({ max_quantity: 7, may_sell_short: false, blocked: true });
  await register.change({ of: 'everybody' }, { may_name_price: true });
  const reader = createDynamoLimitReader(client, table);
  expect(await reader.limitsOf(['everybody', 'user#john', 'item#burger'])).toEqual([{ may_name_price: true }, now, {}]);
});

test('risk judges by them', async () => {
  const table = await aTable();
  const register = createSignedLimitRegister(table, environment);
  await register.change(john, { max_open_notional: '50', blocked: true });
  await register.change({ of: 'item', name: 'burger' }, { max_quantity: 3 });
  const [terms] = await createDynamoRiskConfiguration(client, table, noPrices).termsOf([
    { user: 'john', item: 'burger' },
  ]);
  expect(terms).toMatchObject({ maxOpenNotional: '50', maxQuantity: 3, blocked: 'user' });
});

test('taking back what nobody said leaves nothing', async () => {
  const register = createSignedLimitRegister(await aTable(), environment);
  expect(await register.change(john, { blocked: null })).toEqual({});
});
