import type { Reply } from '../api/dispatch';
import type { ApiEvent } from '../api/event';
import { type Item, priceSchema } from '../api/item-schemas';
import { readItem } from '../api/path-parameters';
import { fail, ProblemError } from '../api/problem';
import { readBody } from '../api/read-body';
import { DependencyError } from '../errors';
import type { PriceRegister } from '../items/signed-price-list';

export interface PricePorts {
  /** Opens the price list at the first price that is set: few environments ever set one. */
  readonly priceList: () => Promise<PriceRegister>;
}

/**
 * Sets what an item costs from now on; an order's price is fixed when it is approved. With `If-None-Match: *` only an item
 * without a price gets one (https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2).
 */
export async function setPrice(event: ApiEvent, { priceList }: PricePorts): Promise<Reply> {
  const item = readItem(event.pathParameters);
  const { price } = readBody(event, priceSchema);
  const onlyNew = readIfNoneMatch(event);
  const prices = await priceList();
  try {
    if (!onlyNew) await prices.setPrice(item, price);
    else if (!(await prices.addPrice(item, price))) fail('already_set', `${item} has a price already`);
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw new DependencyError('dynamodb_unavailable', `DynamoDB did not take the price of ${item}`, { cause });
  }
  const set: Item = { item, price };
  return { status: 200, body: set };
}

function readIfNoneMatch({ headers }: ApiEvent): boolean {
  const tag = headers['if-none-match'];
  if (tag !== undefined && tag.trim() !== '*')
    fail('invalid_parameter', 'If-None-Match is * or absent: prices have no tags');
  return tag !== undefined;
}
