import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { batchGet } from '../kafka/dynamo/batches';
import { canonicalPrice } from '../order/decimal';
import { priceKey, priceRow } from './price-row';

/** What items cost. */
export interface PriceList {
  /** @returns list prices by item, spelled as {@link canonicalPrice} does; items without one are left out. */
  pricesOf(items: readonly string[]): Promise<ReadonlyMap<string, string>>;
  setPrice(item: string, price: string): Promise<void>;
}

export function createDynamoPriceList(client: DynamoDBClient, table: string): PriceList {
  return {
    async pricesOf(items) {
      const rows = await batchGet(client, table, items.map(priceKey));
      return new Map(rows.flatMap((row) => priced(row.item?.S as string, row.price?.S)));
    },
    async setPrice(item, price) {
      await client.send(new PutItemCommand({ TableName: table, Item: priceRow(item, price) }));
    },
  };
}

/** A price that somebody wrote into the table by hand may be spelled otherwise, or be none. */
function priced(item: string, price = ''): [string, string][] {
  const decimal = canonicalPrice(price);
  return decimal.ok ? [[item, decimal.text]] : [];
}
