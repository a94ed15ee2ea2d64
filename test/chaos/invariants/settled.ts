import { statusOf } from '../../../lambdas/order/status';
import { type Invariant, storyOf } from '../picture';

/** Nothing more comes of these. */
const FINAL = ['completed', 'cancelled', 'declined', 'refunded', 'rejected', 'filled'];
/** These wait for somebody else: for stock, or for a counterpart. */
const RESTING = ['backordered', 'resting', 'partially_filled'];
/** One of these ends an order. */
const ENDS = ['order.completed', 'order.cancelled', 'order.declined', 'order.rejected'];

export const everyOrderSettles: Invariant = (picture) => {
  const story = storyOf(picture);
  const untold = [...picture.asked.outcomes.keys()].filter((id) => !story.orderIds.includes(id));
  return [
    ...untold.map((id) => `Order ${id} was acknowledged and is not in Kafka`),
    ...story.orderIds.flatMap((id) => {
      const status = statusOf(story.ofOrder(id));
      return [...FINAL, ...RESTING].includes(status) ? [] : [`Order ${id} is left ${status}`];
    }),
  ];
};

export const everyOutcomeIsOneThatWasToBe: Invariant = (picture) => {
  const story = storyOf(picture);
  return [...picture.asked.outcomes].flatMap(([id, outcomes]) => {
    const status = statusOf(story.ofOrder(id));
    return outcomes.includes(status) ? [] : [`Order ${id} is ${status}, not ${outcomes.join(' or ')}`];
  });
};

/** Billing cannot know of a cancel that was decided a moment ago: a payment may be declined after it, which changes nothing. */
export const everyOrderEndsOnce: Invariant = (picture) => {
  const story = storyOf(picture);
  return story.orderIds.flatMap((id) => {
    const ends = story.ofOrder(id).filter((event) => ENDS.includes(event.type) || isLastFill(event));
    const types = ends.map(({ type }) => type).sort();
    if (types.length < 2 || types.join() === 'order.cancelled,order.declined') return [];
    return [`Order ${id} ends by ${types.join(' and by ')}`];
  });
};

const isLastFill = (event: { type: string; remaining?: number }) =>
  event.type === 'order.filled' && event.remaining === 0;

export const everyApprovedOrderIsCommandedOnce: Invariant = (picture) => {
  const story = storyOf(picture);
  const approved = new Set(story.of('order.approved').map(({ order_id }) => order_id));
  const commanded = new Set(story.of('allocate').map(({ order_id }) => order_id));
  return [
    ...[...approved].filter((id) => !commanded.has(id)).map((id) => `Order ${id} is approved and nobody was told`),
    ...[...commanded].filter((id) => !approved.has(id)).map((id) => `Order ${id} was allocated without approval`),
  ];
};

/** What people ask for again, and what is said of each copy of a body, has a time of its own. */
const ASKED = /"type":"(order\.cancel_requested|stock\.received|order\.conflicted)"/;

/** A repeat tells the same story, byte by byte. */
export const everyRepeatIsTheSame: Invariant = ({ log }) => {
  const told = new Map<string, string>();
  return log.flatMap(({ topic, place, value }) => {
    const text = value?.toString() ?? '';
    const id = topic === 'orders' || ASKED.test(text) ? undefined : /"event_id":"([^"]+)"/.exec(text)?.[1];
    if (id === undefined) return [];
    const before = told.get(id) ?? text;
    told.set(id, before);
    return before === text ? [] : [`${place} tells event ${id} as ${text}, before it was ${before}`];
  });
};

export const nothingIsLeftToDo: Invariant = ({ unfinished }) => unfinished.map((key) => `${key} has a step left to do`);
