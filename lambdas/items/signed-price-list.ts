import type { CredentialEnvironment } from '../aws/request-signer';
import { createSignedDynamo } from '../aws/signed-dynamo';
import { priceRow } from './price-row';

/** Where list prices are set. */
export interface PriceRegister {
  setPrice(item: string, price: string): Promise<void>;
  /** @returns false when the item has a price already, which stays. */
  addPrice(item: string, price: string): Promise<boolean>;
}

export interface SignedPriceListOptions {
  readonly table: string;
  /** As {@link createSignedDynamo} takes it. */
  readonly environment?: CredentialEnvironment;
}

/** Sets list prices, each by one signed request. */
export function createSignedPriceList({ table, environment }: SignedPriceListOptions): PriceRegister {
  const dynamo = createSignedDynamo(environment);
  const put = (item: string, price: string, condition: object = {}) =>
    dynamo('DynamoDB_20120810.PutItem', { TableName: table, Item: priceRow(item, price), ...condition });
  return {
    async setPrice(item, price) {
      await put(item, price);
    },
    addPrice: async (item, price) => (await put(item, price, { ConditionExpression: 'attribute_not_exists(sk)' })).ok,
  };
}
