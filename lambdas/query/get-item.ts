import type { ApiEvent } from '../api/event';
import type { ItemView, ReceiptOutcome } from '../api/item-schemas';
import { readItem, readReceipt } from '../api/path-parameters';
import { fail, ProblemError, problem } from '../api/problem';
import type { StockReader } from '../inventory/dynamo-stock-reader';
import type { PriceList } from '../items/dynamo-price-list';
import { deadLetterCodes } from '../order/reasons';
import { answered } from './answered';
import { readWait } from './parameters';
import { type WaitPorts, within } from './within';

export interface ItemPorts extends WaitPorts {
  readonly prices: Pick<PriceList, 'pricesOf'>;
  readonly stocks: StockReader;
}

export async function getItem(event: ApiEvent, { prices, stocks }: ItemPorts): Promise<ItemView> {
  const item = readItem(event.pathParameters);
  const [listed, stock] = await answered(
    `the price and the stock of ${item}`,
    Promise.all([prices.pricesOf([item]), stocks.stockOf(item)]),
  );
  const price = listed.get(item);
  if (price === undefined && !stock)
    fail('not_found', `${item} has no price and no stock: nobody set one or ordered it yet`);
  return { item, ...(price !== undefined && { price }), ...(stock && { stock }) };
}

/** What inventory decided about a change of the stock. */
export async function getReceipt(event: ApiEvent, ports: ItemPorts): Promise<ReceiptOutcome> {
  const item = readItem(event.pathParameters);
  const receipt_id = readReceipt(event.pathParameters);
  const outcome = await within(readWait(event.queryStringParameters), ports, () =>
    answered(`receipt ${receipt_id}`, ports.stocks.receiptOf(item, receipt_id)),
  );
  if (!outcome) {
    throw new ProblemError(
      problem(
        'not_decided',
        `Inventory has not decided about receipt ${receipt_id} of ${item}: ask again, or with ?wait=10`,
      ),
      1,
    );
  }
  if (outcome.status === 'applied') return { item, receipt_id, ...outcome };
  const { status, code, message } = outcome;
  return { item, receipt_id, status, reason: code, reason_text: message || deadLetterCodes[code] };
}
