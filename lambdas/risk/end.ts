import type { Facts, Step } from '../kafka/fold/fold';
import { type Exposure, giveBack, type OpenOrder, trade, with_ } from './exposure';
import { type Ending, isOver, type Placement, placementOf } from './order-facts';

/** Gives exposure back, once for each piece: for every fill, and for what is still open when the order ends. */
export function end(state: Exposure, event: Ending, facts: Facts): Step<Exposure, never> {
  const placement = placementOf(facts, event.order_id);
  if (!placement) return endEarly(state, event);
  return placement.kept === 'row' ? endInRow(state, event) : endByFacts(state, event, facts, placement);
}

/** Before its placement: kept, and met by it. */
function endEarly(state: Exposure, event: Ending): Step<Exposure, never> {
  if (event.type !== 'order.filled') return { state };
  const filled = (state.early[event.order_id] ?? 0) + event.quantity;
  const traded = trade(state, event, event.quantity);
  return { state: { ...traded, early: with_(state.early, event.order_id, filled) } };
}

/**
 * The row says what is open, and the event what remains: what is open can only become less, so that a repeat, or an older
 * fill that comes late, changes nothing and needs no mark.
 */
function endInRow(state: Exposure, event: Ending): Step<Exposure, never> {
  const order = state.open[event.order_id];
  if (!order) return { state, unmarked: true };
  const remaining = Math.min(order.remaining, remainingAfter(event, order));
  const traded = trade(state, order, order.side ? order.remaining - remaining : 0);
  const stays = event.type === 'order.filled' && remaining > 0;
  const closed = { ...order, remaining: stays ? order.remaining - remaining : order.remaining };
  const open = with_(state.open, event.order_id, stays ? { ...order, remaining } : undefined);
  return { state: { ...giveBack(traded, closed), open }, unmarked: true };
}

const remainingAfter = (event: Ending, order: OpenOrder) => ('remaining' in event ? event.remaining : order.remaining);

/** Each fact gives back its own pieces; of several ends of an order without side the first gives back all. */
function endByFacts(
  state: Exposure,
  event: Ending,
  facts: Facts,
  { decision, order }: Placement,
): Step<Exposure, never> {
  const traded = event.type === 'order.filled' ? trade(state, order, event.quantity) : state;
  if (decision !== 'approved' || order.price === undefined) return { state: traded };
  const pieces = closedBy(event, order.quantity, isOver(facts, event.order_id));
  const closed = { item: order.item, price: order.price, remaining: pieces, ...(order.side && { side: order.side }) };
  return { state: pieces === 0 ? traded : giveBack(traded, closed) };
}

function closedBy(event: Ending, quantity: number, over: boolean): number {
  if (event.type === 'order.filled') return event.quantity;
  if (over) return 0;
  return event.type === 'order.cancelled' ? event.remaining : quantity;
}
