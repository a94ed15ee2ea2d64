import type { EventAnnouncer } from '../events/outcome';
import type { Facts, Step } from '../kafka/fold/fold';
import { type Allocate, makeEvent } from '../order/events';
import { cancelled, cancelRefused } from './cancel-answers';
import { type Allocation, type Claim, endedBy, endingOf, queueKey, type Waiting } from './order-facts';
import { canReserve, opened, reserve, type Stock, ship } from './stock';

/** Reserves the whole quantity or makes the order wait; what overtook the command is made good. */
export function allocateStock(
  stock: Stock,
  event: Allocate,
  facts: Facts,
  announce: EventAnnouncer,
  ordersInRow: number,
): Step<Stock, never> {
  const ended = endedBy(facts, event.order_id);
  const priced = { quantity: event.quantity, price: event.price };
  const cancelAsked = endingOf(facts, event.order_id, 'cancel') !== undefined;

  if (ended === 'cancel' || ended === 'release') {
    const answer = ended === 'cancel' ? cancelled(event) : cancelRefused(event, ended);
    return {
      state: stock,
      fact: { result: 'void', ...priced } satisfies Allocation,
      outcomes: cancelAsked ? [announce.event(answer)] : [],
    };
  }

  const settled = ended === 'settle';
  const refused = settled && cancelAsked ? [announce.event(cancelRefused(event, ended))] : [];

  if (!canReserve(stock, event.quantity)) {
    const seq = stock.tail;
    return {
      state: { ...stock, tail: seq + 1 },
      fact: { result: 'waiting', ...priced, seq } satisfies Allocation,
      facts: { [queueKey(event.item, seq)]: { ...claimOf(event), ...(settled && { settled }) } satisfies Waiting },
      outcomes: [announce.event(makeEvent('order.backordered', event, event)), ...refused],
    };
  }

  const reserved = reserve(stock, event.quantity);
  const keep = !settled && stock.open.length < ordersInRow;
  return {
    state: settled ? ship(reserved, event.quantity) : keep ? opened(reserved, event.order_id) : reserved,
    fact: { result: 'reserved', ...priced, ...(keep && { kept: 'row' }) } satisfies Allocation,
    outcomes: [
      announce.event(makeEvent('order.reserved', event, event)),
      ...(settled ? [announce.event(makeEvent('order.completed', event, event))] : []),
      ...refused,
    ],
  };
}

const claimOf = ({ order_id, user, item, quantity, price }: Allocate): Claim => ({
  order_id,
  user,
  item,
  quantity,
  price,
});
