import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { toAttributes } from '../kafka/dynamo/attributes';

/** Where an item's list price stands, among the rows of the item. */
export const priceKey = (item: string): Record<string, AttributeValue> => toAttributes({ item, sk: 'list_price' });

export const priceRow = (item: string, price: string): Record<string, AttributeValue> => ({
  ...priceKey(item),
  ...toAttributes({ price }),
});
