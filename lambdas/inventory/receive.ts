import { FatalRecordError } from '../errors';
import type { Step } from '../kafka/fold/fold';
import type { StockReceived } from '../order/events';
import { type Fill, nextFill } from './fill';
import type { Stock } from './stock';

/**
 * Adds a receipt to what is available, or takes away what a negative one says.
 *
 * @throws FatalRecordError `stock_too_low` when that would take what orders have a claim to.
 */
export function receiveStock(stock: Stock, event: StockReceived): Step<Stock, Fill> {
  const available = stock.available + event.delta;
  if (available < 0) {
    throw new FatalRecordError(
      'stock_too_low',
      `${stock.available} of ${event.item} can be taken away, not ${-event.delta}: ${stock.reserved} are reserved`,
    );
  }
  const next = { ...stock, available };
  return { state: next, fact: { delta: event.delta }, ...nextFill(next, event) };
}
