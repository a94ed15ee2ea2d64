import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { toAttributes } from '../kafka/dynamo/attributes';
import { batchGet } from '../kafka/dynamo/batches';

/** What items cost when an order names no price. */
export interface PriceList {
  /** @returns list prices by item, decimal strings; items without one are left out. */
  pricesOf(items: readonly string[]): Promise<ReadonlyMap<string, string>>;
  setPrice(item: string, price: string): Promise<void>;
}

/** One row an item: `item`, `sk` `list_price`, `price`. */
export function createDynamoPriceList(client: DynamoDBClient, table: string): PriceList {
  const keyOf = (item: string) => ({ item, sk: 'list_price' });
  return {
    async pricesOf(items) {
      const rows = await batchGet(
        client,
        table,
        items.map((item) => toAttributes(keyOf(item))),
      );
      return new Map(rows.map((row) => [row.item?.S as string, row.price?.S as string]));
    },
    async setPrice(item, price) {
      await client.send(new PutItemCommand({ TableName: table, Item: toAttributes({ ...keyOf(item), price }) }));
    },
  };
}
