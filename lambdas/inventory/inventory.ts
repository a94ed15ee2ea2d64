import type { EventAnnouncer } from '../events/outcome';
import { readEvent } from '../events/read-event';
import type { Consumer, Effect, KeyedEvent } from '../kafka/consume';
import type { Fold } from '../kafka/fold/fold';
import type { ConsumedRecord } from '../kafka/record';
import { type Allocate, type Cancel, eventId, type Release, type Settle, type StockReceived } from '../order/events';
import { allocateStock } from './allocate';
import { endClaim } from './end-claim';
import { type Fill, fill } from './fill';
import { allocationKey, endingKey, orderKeys, queueKey, queueMarkKey, receiptMark, stockKey } from './order-facts';
import { receiveStock } from './receive';
import { isOpen, noStock, ORDERS_IN_ROW, type Stock } from './stock';

export type InventoryEvent = Allocate | Cancel | Settle | Release | StockReceived | Fill;

/**
 * The stock of each item: reserves, makes wait and fills the oldest first, releases, settles, and decides cancels.
 *
 * State key: the item. Whatever the order in which commands come, `available` and `reserved` never fall below zero, and
 * received = available + reserved + shipped.
 */
export function inventoryFold(announce: EventAnnouncer, ordersInRow = ORDERS_IN_ROW): Fold<Stock, InventoryEvent> {
  return {
    initial: () => noStock,
    mark: (event) => {
      switch (event.type) {
        case 'allocate':
          return allocationKey(event.order_id);
        case 'stock.received':
          return receiptMark(event.item, event.receipt_id);
        case 'fill':
          throw new TypeError('A fill is a further step of another event and has no mark of its own');
        default:
          return endingKey(event.order_id, event.type);
      }
    },
    reads: (event, _, stock) => {
      if (event.type === 'stock.received') return [];
      if (event.type === 'allocate') return stock.overtaken ? orderKeys(event.order_id) : [];
      if (event.type !== 'fill')
        return isOpen(stock, event.order_id) ? [allocationKey(event.order_id)] : orderKeys(event.order_id);
      const numbers = Array.from({ length: event.to - event.from }, (_, index) => event.from + index);
      return numbers.flatMap((seq) => [queueKey(event.item, seq), queueMarkKey(event.item, seq)]);
    },
    apply: (stock, event, facts) => {
      switch (event.type) {
        case 'allocate':
          return allocateStock(stock, event, facts, announce, ordersInRow);
        case 'stock.received':
          return receiveStock(stock, event);
        case 'fill':
          return fill(stock, event, facts, announce);
        default:
          return endClaim(stock, event, facts, announce);
      }
    },
  };
}

export const createInventory = (effect: Effect<InventoryEvent>): Consumer<InventoryEvent> => ({
  name: 'inventory',
  split,
  effect,
});

/** Orders with a side belong to the order book; the mapping's filter keeps them away, but a replay may not. */
function split(record: ConsumedRecord): KeyedEvent<InventoryEvent>[] {
  const event = readEvent(record);
  switch (event.type) {
    case 'allocate':
    case 'cancel':
    case 'settle':
    case 'release':
      return event.side ? [] : [keyed(event)];
    case 'stock.received':
      return [keyed(event)];
    default:
      return [];
  }
}

const keyed = (event: Exclude<InventoryEvent, Fill>): KeyedEvent<InventoryEvent> => ({
  key: stockKey(event.item),
  id: identity(event),
  event,
});

/** By content and not by what the record claims: one command of a type for an order, one receipt of a number for an item. */
const identity = (event: Exclude<InventoryEvent, Fill>) =>
  event.type === 'stock.received'
    ? eventId(event.type, event.item, event.receipt_id)
    : eventId(event.type, event.order_id);
