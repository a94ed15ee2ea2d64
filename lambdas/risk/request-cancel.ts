import type { Announcer } from '../events/outcome';
import type { Facts, Outcome, Step } from '../kafka/fold/fold';
import { type CancelRequested, makeEvent } from '../order/events';
import type { Exposure } from './exposure';
import { cancelAsked, cancelKey, type Placement, placementOf } from './order-facts';

/** Only the owner and an operator may cancel. */
export const mayCancel = ({ user, requested_by, operator }: CancelRequested) => operator || user === requested_by;

/**
 * Passes the first request on to the consumer of the order's item, which alone decides; keeps one that came early. One that
 * names another user than the order's is kept as that user's, where it means nothing.
 */
export function requestCancel(
  state: Exposure,
  event: CancelRequested,
  facts: Facts,
  announce: Announcer,
): Step<Exposure, never> {
  const id = event.order_id;
  if (cancelAsked(facts, id, event.user)) return { state };
  const asked = { [cancelKey(id, event.user)]: { by: event.requested_by } };
  const placement = placementOf(facts, id);
  return {
    state: placement ? state : { ...state, overtaken: true },
    facts: asked,
    outcomes: answer(event, placement, announce),
  };
}

/** Of an order that is over the item's consumer says so, too. */
function answer(event: CancelRequested, placement: Placement | undefined, announce: Announcer): Outcome[] {
  const { decision, order } = placement ?? {};
  if (order?.user !== event.user) return [];
  if (decision === 'approved' && order.price !== undefined) {
    return [announce.command(makeEvent('cancel', event, { ...order, price: order.price }))];
  }
  if (decision !== 'rejected') return [];
  const refused = { ...order, remaining: order.quantity, reason: 'rejected' };
  return [announce.event(makeEvent('order.cancel_refused', event, refused))];
}
