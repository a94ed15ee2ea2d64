import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { batchGet } from '../kafka/dynamo/batches';
import { priceKey, priceRow } from './price-row';

/** What items cost when an order names no price. */
export interface PriceList {
  /** @returns list prices by item, decimal strings; items without one are left out. */
  pricesOf(items: readonly string[]): Promise<ReadonlyMap<string, string>>;
  setPrice(item: string, price: string): Promise<void>;
}

export function createDynamoPriceList(client: DynamoDBClient, table: string): PriceList {
  return {
    async pricesOf(items) {
      const rows = await batchGet(client, table, items.map(priceKey));
      return new Map(rows.map((row) => [row.item?.S as string, row.price?.S as string]));
    },
    async setPrice(item, price) {
      await client.send(new PutItemCommand({ TableName: table, Item: priceRow(item, price) }));
    },
  };
}
