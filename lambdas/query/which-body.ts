import { digestOf } from '../order/digest';
import { type Order, orderSchema } from '../order/order';
import type { TimelineEvent } from './order-reader';

/** The body that an order id stands for. */
export interface Body {
  readonly order: Order;
  /** Of its placement, by which its row in a list is known; absent while that is not tracked. */
  readonly digest?: string;
}

/** What is said under an order id by others than risk and who comes after it: whoever likes may have said it. */
const HEARSAY = new Set(['order.placed', 'order.conflicted', 'order.cancel_requested']);

/**
 * Which of the bodies that came under one order id is the order. Risk's claim decides, and nothing else: not the time, not
 * the order in which records came. So this is a function of the set of an order's events:
 *
 * - Approved or rejected, the order is told whole. Cancelled before that, the event names the body by its digest.
 * - A body that was told to conflict is none, and so is one that does not fit what else happened to the order.
 * - Of what is left one is the order. Several are nobody's order yet: risk has not decided.
 */
export function whichBody(orderId: string, timeline: readonly TimelineEvent[]): Body | undefined {
  const find = (type: string) => timeline.find((event) => event.type === type);
  const told = orderOf(orderId, find('order.approved')) ?? orderOf(orderId, find('order.rejected'));
  const bodies = placementsOf(orderId, timeline);
  if (told) {
    const [body] = bodies.filter(({ order, digest }) => digest === digestOf(asPlaced(told, order)));
    return { order: told, ...(body && { digest: body.digest }) };
  }
  const digest = find('order.cancelled')?.data.digest;
  const happened = timeline.find(({ type }) => !HEARSAY.has(type))?.data;
  const fitting = bodies.filter((body) =>
    typeof digest === 'string' ? body.digest === digest : !happened || fits(body.order, happened),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The placements that may yet be the order, each body once, always in the same order. */
function placementsOf(orderId: string, timeline: readonly TimelineEvent[]): Required<Body>[] {
  const losers = new Set(timeline.flatMap(({ type, data }) => (type === 'order.conflicted' ? [data.digest] : [])));
  const bodies = new Map<string, Required<Body>>();
  for (const event of timeline) {
    const order = event.type === 'order.placed' ? orderOf(orderId, event) : undefined;
    const digest = order && digestOf(order);
    if (order && digest && !losers.has(digest)) bodies.set(digest, { order, digest });
  }
  return [...bodies.values()].sort((one, other) => (one.digest < other.digest ? -1 : 1));
}

function orderOf(orderId: string, event: TimelineEvent | undefined): Order | undefined {
  const order = event && orderSchema.safeParse({ ...event.data, order_id: orderId });
  return order?.success ? order.data : undefined;
}

/** Approval fixes the price of an order that named none. */
const asPlaced = ({ price, ...told }: Order, placed: Order): Order => ({
  ...told,
  ...(placed.price !== undefined && price !== undefined && { price }),
});

/** Every event of an order names user and item, and the side of what has one. */
const fits = (order: Order, { user = order.user, item, side }: TimelineEvent['data']) =>
  order.user === user && (item === undefined || (order.item === item && order.side === side));
