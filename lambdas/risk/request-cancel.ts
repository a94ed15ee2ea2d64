import type { Announcer } from '../events/outcome';
import type { Facts, Step } from '../kafka/fold/fold';
import { type CancelRequested, makeEvent } from '../order/events';
import type { Exposure } from './exposure';
import { cancelAsked, cancelKey, isOver, placementOf } from './order-facts';

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
  const { decision, order, kept } = placement ?? {};
  const owned = order?.user === event.user;
  const open =
    owned && decision === 'approved' && (kept === 'row' ? Object.hasOwn(state.open, id) : !isOver(facts, id));
  if (!open || order?.price === undefined) return { state, facts: asked };
  const cancel = makeEvent('cancel', event, { ...order, price: order.price });
  return { state, facts: asked, outcomes: [announce.command(cancel)] };
}
