import { FatalRecordError } from '../errors';
import type { Consumer, KeyedEvent } from '../kafka/consume';
import { type ConsumedRecord, textValue } from '../kafka/record';
import { type Row, type RowStore, writeRows } from '../kafka/rows/write-rows';
import type { Log } from '../logger';
import { digestOf } from '../order/digest';
import { placementEventId } from '../order/ids';
import { describeOrder, type Order, parseOrder } from '../order/order';

/**
 * Keeps each order's status and timeline: one row for each event of an order. Status is a function of the set of an order's
 * events, so it is not stored but told on reading.
 */
export function createTracker(store: RowStore, log: Pick<Log, 'info'>): Consumer<Row> {
  return {
    name: 'tracker',
    split: (record) => {
      const order = readOrder(record);
      log.info(`Message received: ${describeOrder(order)}`, {
        order_id: order.order_id,
        partition: record.partition,
        offset: record.offset,
      });
      return [placement(order, record)];
    },
    effect: writeRows(store),
  };
}

function readOrder(record: ConsumedRecord): Order {
  const parsed = parseOrder(textValue(record));
  if (parsed.ok) return parsed.value;
  const faults = parsed.faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
  throw new FatalRecordError('invalid_order', `Not an order: ${faults}`);
}

/**
 * The row of a placement. Two bodies under one order id leave two rows, told apart by their digest: which of them counts is
 * for risk to say.
 */
function placement(order: Order, record: ConsumedRecord): KeyedEvent<Row> {
  const id = placementEventId(order.order_id);
  const sk = `placed#${digestOf(order)}`;
  return {
    key: order.order_id,
    id: sk,
    event: {
      firstWins: true,
      item: {
        order_id: order.order_id,
        sk,
        event_id: id,
        type: 'order.placed',
        time: new Date(record.timestamp).toISOString(),
        data: JSON.stringify(order),
        topic: record.topic,
        partition: record.partition,
        offset: record.offset,
        user: order.user,
        // Newest first is a matter of Kafka's clock, not of what a producer says.
        listed_at: `${String(record.timestamp).padStart(15, '0')}#${order.order_id}`,
      },
    },
  };
}
