import type { Reply } from '../api/dispatch';
import type { ApiEvent } from '../api/event';
import { type Item, priceSchema } from '../api/item-schemas';
import { readItem } from '../api/path-parameters';
import { readBody } from '../api/read-body';
import { DependencyError } from '../errors';
import type { PriceList } from '../items/dynamo-price-list';

export interface PricePorts {
  /** Opens the price list at the first price that is set: few environments ever set one. */
  readonly priceList: () => Promise<Pick<PriceList, 'setPrice'>>;
}

/** Sets what an item costs from now on; an order's price is fixed when it is approved. */
export async function setPrice(event: ApiEvent, { priceList }: PricePorts): Promise<Reply> {
  const item = readItem(event.pathParameters);
  const { price } = readBody(event, priceSchema);
  const prices = await priceList();
  try {
    await prices.setPrice(item, price);
  } catch (cause) {
    throw new DependencyError('dynamodb_unavailable', `DynamoDB did not take the price of ${item}`, { cause });
  }
  const set: Item = { item, price };
  return { status: 200, body: set };
}
