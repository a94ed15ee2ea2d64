import { FatalRecordError } from '../errors';
import type { Consumer, KeyedEvent } from '../kafka/consume';
import { type ConsumedRecord, textValue } from '../kafka/record';
import { type Row, type RowStore, writeRows } from '../kafka/rows/write-rows';
import type { Log } from '../logger';
import { digestOf } from '../order/digest';
import { parseEvent } from '../order/events';
import { placementEventId } from '../order/ids';
import { describeOrder, type Order, type Parsed, parseOrder } from '../order/order';

export interface TrackerDeps {
  readonly store: RowStore;
  readonly log: Pick<Log, 'info'>;
  /** The topic whose records are orders; those of any other are events of orders. */
  readonly ordersTopic: string;
}

/**
 * Keeps each order's status and timeline: one row for each event of an order. Status is a function of the set of an order's
 * events, so it is not stored but told on reading.
 */
export function createTracker({ store, log, ordersTopic }: TrackerDeps): Consumer<Row> {
  const received = (order: Order, { partition, offset }: ConsumedRecord) =>
    log.info(`Message received: ${describeOrder(order)}`, { order_id: order.order_id, partition, offset });

  return {
    name: 'tracker',
    split: (record) => {
      if (record.topic !== ordersTopic) return orderEvent(record);
      const order = valid(parseOrder(textValue(record)), 'invalid_order', 'an order');
      received(order, record);
      return [placement(order, record)];
    },
    effect: writeRows(store),
  };
}

function valid<T>(parsed: Parsed<T>, code: string, what: string): T {
  if (parsed.ok) return parsed.value;
  const faults = parsed.faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
  throw new FatalRecordError(code, `Not ${what}: ${faults}`);
}

/**
 * The row of a placement. Two bodies under one order id leave two rows, told apart by their digest: which of them counts is
 * for risk to say.
 */
function placement(order: Order, record: ConsumedRecord): KeyedEvent<Row> {
  const sk = `placed#${digestOf(order)}`;
  return {
    key: order.order_id,
    id: sk,
    event: {
      firstWins: true,
      item: {
        order_id: order.order_id,
        sk,
        event_id: placementEventId(order.order_id),
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

/** The row of any later event: its bytes follow from the event, so a repeat writes the same ones. */
function orderEvent(record: ConsumedRecord): KeyedEvent<Row>[] {
  const event = valid(parseEvent(textValue(record)), 'invalid_event', 'an event of ours');
  if (!event || !('order_id' in event)) return [];
  const { event_id, type, time, order_id, ...data } = event;
  const item = { order_id, sk: event_id, event_id, type, time, data: JSON.stringify(data) };
  return [{ key: order_id, id: event_id, event: { item } }];
}
