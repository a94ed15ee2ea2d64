import { DependencyError } from '../../../lambdas/errors';
import { createDynamoPriceList } from '../../../lambdas/items/dynamo-price-list';
import { createSignedPriceList } from '../../../lambdas/items/signed-price-list';
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

const aPriceTable = () => aTable('item', 'sk');

describe('createSignedPriceList', () => {
  it('sets prices that the client of DynamoDB reads, the last one counting', async () => {
    const table = await aPriceTable();
    const prices = createSignedPriceList({ table, environment });
    await prices.setPrice('burger', '4');
    await prices.setPrice('burger', '4.5');
    await prices.setPrice('crêpe "suzette"', '7');
    const read = await createDynamoPriceList(client, table).pricesOf(['burger', 'crêpe "suzette"', 'fries']);
    expect(Object.fromEntries(read)).toEqual({ burger: '4.5', 'crêpe "suzette"': '7' });
  });

  it('adds a price only where there is none', async () => {
    const table = await aPriceTable();
    const prices = createSignedPriceList({ table, environment });
    expect([await prices.addPrice('burger', '4'), await prices.addPrice('burger', '5')]).toEqual([true, false]);
    expect((await createDynamoPriceList(client, table).pricesOf(['burger'])).get('burger')).toBe('4');
  });

  it('says what DynamoDB answered when it refuses', async () => {
    const prices = createSignedPriceList({ table: 'no-such-table', environment });
    const failure = await prices.setPrice('burger', '4').catch((error) => error);
    expect(failure).toBeInstanceOf(DependencyError);
    expect(failure.message).toContain('ResourceNotFoundException');
    await expect(prices.addPrice('burger', '4')).rejects.toBeInstanceOf(DependencyError);
  });
});
