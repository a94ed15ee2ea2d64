import type { Facts, Step } from '../kafka/fold/fold';
import type { Order } from '../order/order';
import { type Exposure, giveBack, type OpenOrder, openInRow, trade, withEntry, withOpen } from './exposure';
import { type Ending, isOver, type Placement, placementOf } from './order-facts';

/** Gives exposure back, once for each piece: for every fill, and for what is still open when the order ends. */
export function end(state: Exposure, event: Ending, facts: Facts): Step<Exposure, never> {
  const placement = placementOf(facts, event.order_id);
  if (!placement) return endEarly(state, event);
  return placement.kept === 'row' ? endInRow(state, event, placement) : endByFacts(state, event, facts, placement);
}

/** Before its placement: kept, and met by it. */
function endEarly(state: Exposure, event: Ending): Step<Exposure, never> {
  if (event.type !== 'order.filled') return { state: { ...state, overtaken: true } };
  const filled = (state.early[event.order_id] ?? 0) + event.quantity;
  const traded = trade(state, event, event.quantity);
  return { state: { ...traded, early: withEntry(state.early, event.order_id, filled) } };
}

/**
 * The row says what is open, and the event what remains: what is open can only become less, so that a repeat, or an older
 * fill that comes late, changes nothing and needs no mark.
 */
function endInRow(state: Exposure, event: Ending, { order }: Placement): Step<Exposure, never> {
  const before = openInRow(state, event.order_id);
  if (before === undefined) return { state, unmarked: true };
  const after = Math.min(before, 'remaining' in event ? event.remaining : before);
  const stays = event.type === 'order.filled' && after > 0;
  const traded = trade(state, order, order.side ? before - after : 0);
  return {
    state: {
      ...giveBack(traded, pieces(order, stays ? before - after : before)),
      open: withOpen(state, event.order_id, stays ? after : undefined),
    },
    unmarked: true,
  };
}

const pieces = ({ item, side, price = '0' }: Order, remaining: number): OpenOrder => ({ item, side, price, remaining });

/** Each fact gives back its own pieces; of several ends of an order without side the first gives back all. */
function endByFacts(
  state: Exposure,
  event: Ending,
  facts: Facts,
  { decision, order }: Placement,
): Step<Exposure, never> {
  const traded = event.type === 'order.filled' ? trade(state, order, event.quantity) : state;
  const closed = decision === 'approved' ? closedBy(event, order.quantity, isOver(facts, event.order_id)) : 0;
  return { state: closed === 0 ? traded : giveBack(traded, pieces(order, closed)) };
}

function closedBy(event: Ending, quantity: number, over: boolean): number {
  if (event.type === 'order.filled') return event.quantity;
  if (over) return 0;
  return event.type === 'order.cancelled' ? event.remaining : quantity;
}
