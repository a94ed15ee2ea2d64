import { DependencyError, FatalRecordError, isRetriable } from '../errors';
import type { Announcer } from '../events/outcome';
import { recordOf } from '../kafka/cloud-events';
import type { Effect, KeyedEvent } from '../kafka/consume';
import { type Publisher, publishWithin } from '../kafka/publisher';
import { type Budget, retryWithin } from '../kafka/retry';
import { runBounded } from '../kafka/run-bounded';
import { digestOf } from '../order/digest';
import { makeEvent } from '../order/events';
import type { Claims } from './claims';
import type { Placed } from './place';
import type { RiskEvent } from './risk';
import type { RiskConfiguration, Terms } from './terms';

export interface Admission {
  readonly claims: Claims;
  readonly configuration: RiskConfiguration;
  readonly publisher: Publisher;
  readonly announce: Announcer;
  /** Claims made side by side. */
  readonly atOnce?: number;
}

interface Newcomer {
  readonly index: number;
  readonly event: Placed;
}

/**
 * What comes before the fold: a placement gets the terms it is judged by, and must have its order id to itself. A second,
 * different body under an id is told on the order's timeline and refused as `order_id_conflict`.
 */
export function admit(inner: Effect<RiskEvent>, admission: Admission): Effect<RiskEvent> {
  return {
    async absorb(events, budget) {
      const newcomers = events.flatMap(({ event }, index) => (event.type === 'placed' ? [{ index, event }] : []));
      const { errors, terms } = await prepare(newcomers, admission, budget);
      await tellConflicts(newcomers, errors, admission, budget);
      holdBack(events, errors);

      const admitted = events.flatMap((part, index) =>
        errors.has(index) ? [] : [{ index, part: withTerms(part, terms.get(index)) }],
      );
      const results: (Error | undefined)[] = events.map((_, index) => errors.get(index));
      const absorbed =
        admitted.length === 0
          ? []
          : await inner.absorb(
              admitted.map(({ part }) => part),
              budget,
            );
      absorbed.forEach((result, place) => {
        results[(admitted[place] as { index: number }).index] = result;
      });
      return results;
    },
  };
}

async function prepare(
  newcomers: readonly Newcomer[],
  { claims, configuration, atOnce = 200 }: Admission,
  budget: Budget,
) {
  const errors = new Map<number, Error>();
  const terms = new Map<number, Terms>();
  const fail = (index: number, error: unknown) => errors.set(index, error as Error);
  const read = async () => {
    if (newcomers.length === 0) return;
    try {
      const all = await retryWithin(budget, () => configuration.termsOf(newcomers.map(({ event }) => event.order)));
      for (const [place, { index }] of newcomers.entries()) terms.set(index, all[place] as Terms);
    } catch (error) {
      for (const { index } of newcomers) if (!errors.has(index)) fail(index, error);
    }
  };
  // Bodies under one id claim it one after the other, so that the first in the batch is the first.
  const claimAll = runBounded([...byOrder(newcomers).values()], atOnce, async (rivals) => {
    for (const { index, event } of rivals) {
      const { order_id } = event.order;
      try {
        const isOurs = await retryWithin(budget, () => claims.claim(order_id, digestOf(event.order)));
        if (!isOurs) fail(index, conflict(order_id));
      } catch (error) {
        fail(index, error);
      }
    }
  });
  await Promise.all([read(), claimAll]);
  return { errors, terms };
}

const CONFLICT = 'order_id_conflict';

const conflict = (orderId: string) =>
  new FatalRecordError(CONFLICT, `Another order was placed under the id ${orderId} before`);

const isConflict = (error: Error | undefined) => error instanceof FatalRecordError && error.code === CONFLICT;

function byOrder(newcomers: readonly Newcomer[]) {
  const orders = new Map<string, Newcomer[]>();
  for (const newcomer of newcomers) {
    const { order_id } = newcomer.event.order;
    const rivals = orders.get(order_id);
    if (rivals) rivals.push(newcomer);
    else orders.set(order_id, [newcomer]);
  }
  return orders;
}

/** Told before the record leaves for the dead letters; a crash in between tells it again, under the same id. */
async function tellConflicts(
  newcomers: readonly Newcomer[],
  errors: Map<number, Error>,
  { publisher, announce }: Admission,
  budget: Budget,
): Promise<void> {
  const refused = newcomers.filter(({ index }) => isConflict(errors.get(index)));
  if (refused.length === 0) return;
  const told = refused.map(({ event }) => {
    const details = { ...event.order, digest: digestOf(event.order), reason: CONFLICT };
    return announce.event(makeEvent('order.conflicted', event, details));
  });
  try {
    await publishWithin(budget, publisher, told.map(recordOf));
  } catch (error) {
    for (const { index } of refused) errors.set(index, error as Error);
  }
}

/** After an event that may yet succeed, the later ones of its key wait for it. */
function holdBack(events: readonly KeyedEvent<RiskEvent>[], errors: Map<number, Error>): void {
  const waiting = new Set<string>();
  events.forEach(({ key }, index) => {
    const error = errors.get(index);
    if (waiting.has(key))
      errors.set(index, new DependencyError('waits_for_earlier', `An earlier event of ${key} failed`));
    else if (error && isRetriable(error, 'io')) waiting.add(key);
  });
}

const withTerms = (part: KeyedEvent<RiskEvent>, terms: Terms | undefined): KeyedEvent<RiskEvent> =>
  part.event.type === 'placed' && terms ? { ...part, event: { ...part.event, terms } } : part;
