import { contributionOf } from '../../../lambdas/analytics/contribution';
import { type Figures, sumFigures } from '../../../lambdas/analytics/figures';
import { digestOf } from '../../../lambdas/order/digest';
import { placementEventId } from '../../../lambdas/order/ids';
import { lineTypes } from '../../../lambdas/reporting/event-types';
import { type Invariant, type Picture, type Story, storyOf } from '../picture';
import { differences } from './market';

/** A timeline has the placement, once for each body that came, and each event of the order once. */
export const timelinesTellEachEventOnce: Invariant = (picture) => {
  const story = storyOf(picture);
  const bodies = new Map<string, Set<string>>();
  for (const { order } of story.placements) {
    bodies.set(order.order_id, (bodies.get(order.order_id) ?? new Set()).add(digestOf(order)));
  }
  const ids = new Set([...story.orderIds, ...picture.timelines.keys()]);
  return [...ids].flatMap((id) => {
    const told = (picture.timelines.get(id) ?? []).map(({ type, event_id }) => `${type} ${event_id}`);
    const placed = [...(bodies.get(id) ?? [])].map(() => `order.placed ${placementEventId(id)}`);
    const wanted = [...placed, ...story.ofOrder(id).map(({ type, event_id }) => `${type} ${event_id}`)];
    return differences(told, wanted, (event) => `On the timeline of ${id} ${event}`);
  });
};

/** The windows of all minutes sum up to what the events come to, each counted once. */
export const analyticsCountEachEventOnce: Invariant = (picture) => {
  const counted = storyOf(picture).events.flatMap((event) => contributionOf(event) ?? []);
  const [told, wanted] = [figuresOf(picture.analytics), figuresOf(sumFigures(counted))];
  const names = new Set([...Object.keys(told), ...Object.keys(wanted)]);
  return [...names].flatMap((name) =>
    told[name] === wanted[name] ? [] : [`Analytics says ${name} ${told[name]}, the events say ${wanted[name]}`],
  );
};

const figuresOf = ({ items, ...figures }: Figures): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, String(value)])),
  ...Object.fromEntries(items.map(([item, value]) => [`of ${item}`, JSON.stringify(value)])),
});

export const statementsHaveEachLineOnce: Invariant = (picture) => {
  const types: ReadonlySet<string> = new Set(lineTypes);
  const wanted = storyOf(picture).events.filter(({ type }) => types.has(type));
  return differences(
    picture.lines,
    wanted.map(({ event_id }) => event_id),
    (id) => `The statement line of event ${id}`,
  );
};

/** Up to where the archive goes it has everything; its newest records may still be on their way. */
export const theArchiveHasNoHole: Invariant = ({ archive }) =>
  archive.flatMap(({ topic, partition, status, missing, faults }) => {
    if (status === 'complete' || status === 'pending') return [];
    const ranges = missing.map(({ first, last }) => `${first} to ${last}`);
    return [`The archive of ${topic}-${partition} is ${status}: ${[...ranges, ...faults].join('; ')}`];
  });

/** Refused is what cannot be an order, what a rule forbids, and the second of two bodies; nothing else. */
export const deadLettersAreWhatHadToBeRefused: Invariant = (picture) => {
  const told = new Map(picture.deadLetters.map(({ consumer, place, code }) => [`${place} by ${consumer}`, code]));
  const wanted = new Set([...unreadable(picture), ...secondBodies(storyOf(picture))]);
  return [
    ...[...told]
      .filter(([refusal]) => !wanted.has(refusal))
      .map(([refusal, code]) => `${refusal} was refused: ${code}`),
    ...[...wanted].filter((refusal) => !told.has(refusal)).map((refusal) => `${refusal} was not refused`),
  ];
};

function unreadable(picture: Picture): string[] {
  const orders = storyOf(picture).poison.flatMap((place) => [`${place} by tracker`, `${place} by risk`]);
  const others = picture.asked.refusals.flatMap(({ topic, value, consumers }) =>
    picture.log
      .filter((record) => record.topic === topic && record.value?.toString() === value)
      .flatMap(({ place }) => consumers.map((consumer) => `${place} by ${consumer}`)),
  );
  return [...orders, ...others];
}

/** Of two bodies under one id risk tells which counts: its approval or rejection carries the whole order. */
function secondBodies(story: Story): string[] {
  const first = new Map(
    [...story.of('order.approved'), ...story.of('order.rejected')].map((event) => [event.order_id, event]),
  );
  return story.placements.flatMap(({ place, order }) => {
    const winner = first.get(order.order_id);
    if (!winner) return [];
    // Risk fixes the price of an order without one.
    const same =
      digestOf({ ...winner, price: order.price === undefined ? undefined : winner.price }) === digestOf(order);
    return same ? [] : [`${place} by risk`];
  });
}
