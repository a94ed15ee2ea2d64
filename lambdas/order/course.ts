/** An order's events in the course that a life can take. */
const course = [
  'order.placed',
  'order.conflicted',
  'order.approved',
  'order.rejected',
  'order.backordered',
  'order.reserved',
  'order.resting',
  'order.charged',
  'order.declined',
  'order.filled',
  'order.cancel_requested',
  'order.completed',
  'order.cancelled',
  'order.cancel_refused',
  'order.refunded',
];

const rank = new Map(course.map((type, index) => [type, index]));

/** What of an event says where it stands on a timeline. */
export interface CourseEvent {
  readonly type: string;
  /** ISO 8601. */
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * The order of a timeline. An event has the time of what caused it in the end, so that a whole chain may have one time:
 * within it the course of an order's life decides, and among fills the number of the trade.
 */
export function byCourse(one: CourseEvent, other: CourseEvent): number {
  if (one.time !== other.time) return one.time < other.time ? -1 : 1;
  return rankOf(one) - rankOf(other) || sequenceOf(one) - sequenceOf(other);
}

/** A type from a newer producer comes last. */
const rankOf = ({ type }: CourseEvent) => rank.get(type) ?? course.length;

const sequenceOf = ({ data }: CourseEvent) => (typeof data.trade_sequence === 'number' ? data.trade_sequence : 0);
