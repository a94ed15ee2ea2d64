import type { Reply } from '../api/dispatch';
import type { ApiEvent } from '../api/event';
import { type StockAccepted, stockSchema } from '../api/item-schemas';
import { encodedPath, pathName } from '../api/path-names';
import { readItem } from '../api/path-parameters';
import { readBody } from '../api/read-body';
import { makeEvent } from '../order/events';
import { type AcknowledgePorts, publishOne } from './acknowledge';
import { eventRecord } from './event-record';

export interface StockPorts extends AcknowledgePorts {
  readonly orderCommandsTopic: string;
  readonly now: () => Date;
  readonly newId: () => string;
}

/** Tells inventory that an item's stock changed, which decides whether it may; the same receipt of an item counts once. */
export async function receiveStock(event: ApiEvent, ports: StockPorts): Promise<Reply> {
  const item = readItem(event.pathParameters);
  const { delta, receipt_id = ports.newId() } = readBody(event, stockSchema);
  const received = makeEvent('stock.received', { time: ports.now().toISOString() }, { item, delta, receipt_id });
  const record = eventRecord(received, ports.orderCommandsTopic, item, event);
  const advice = 'Nobody knows whether Kafka has the receipt: send it again with this receipt_id, it counts once';
  const delivery = await publishOne(record, event, ports, advice, { receipt_id });
  const accepted: StockAccepted = { receipt_id, ...delivery };
  const location = `${encodedPath(event.rawPath)}/${pathName(receipt_id)}`;
  return { status: 202, headers: { location }, body: accepted };
}
