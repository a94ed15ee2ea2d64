import { FatalRecordError } from '../../errors';
import { type KeyedEvent, ProcessingError } from '../consume';
import type { Fact, Facts, Fold, Outcome, Step } from './fold';
import type { CachedState } from './state-cache';
import type { Pending, StoredState } from './store';

/** An event of a batch on its way, and the place of its result. */
export interface Entry<E> extends KeyedEvent<E> {
  readonly index: number;
}

/** What folding a part of a key's events came to: a write to do, and whose results it brings. */
export interface Chunk<E> {
  /** Absent when there is nothing to write. */
  readonly next?: StoredState;
  /** The facts that are new in `next`. */
  readonly made?: readonly Fact[];
  readonly settled: readonly { readonly entry: Entry<E>; readonly outcome: readonly Outcome[] | Error }[];
  /** How many events of the queue are settled by it. */
  readonly taken: number;
  /** Something was decided by the state, and there is no write that would prove it to be the latest. */
  readonly unproven?: boolean;
}

/** Facts already written, by key. */
export type FactTable = ReadonlyMap<string, Fact>;

const TRIES = 3;
/** Of another environment's facts in the next row: about a kilobyte there. */
const MAX_CARRIED_BYTES = 4_000;
/** An item holds 400 KB; a character takes three bytes at most. */
const MAX_FACT_LENGTH = 130_000;
/** Of facts in one write, before compression: an item holds 400 KB, and the state wants room too. */
const MAX_JOURNAL_BYTES = 200_000;

/** Keys of all facts that folding these events may ask for. */
export function factKeys<State, E>(
  fold: Fold<State, E>,
  key: string,
  events: readonly E[],
  stored: StoredState,
): string[] {
  const state = stateOf(fold, key, stored);
  const { pending } = stored;
  // Until a left-over step is taken, no other event gets its turn.
  if (pending) return [...(fold.reads?.(pending.event as E, key, state) ?? [])];
  return events.flatMap((event) => [fold.mark(event), ...(fold.reads?.(event, key, state) ?? [])]);
}

const stateOf = <State, E>(fold: Fold<State, E>, key: string, { version, state }: StoredState) =>
  version === 0 ? fold.initial(key) : (state as State);

/**
 * Folds as many events of one key as fit one write. Pure but for `enrich`: it reads no clock and writes nothing.
 *
 * @param limit the most events to take
 */
export async function foldChunk<State, E>(
  fold: Fold<State, E>,
  key: string,
  stored: CachedState,
  queue: readonly Entry<E>[],
  table: FactTable,
  limit: number,
): Promise<Chunk<E>> {
  const made = new Map<string, Fact>();
  const journal = new Map(stored.journal.map((fact) => [fact.key, fact]));
  const find = (name: string) => made.get(name) ?? journal.get(name) ?? table.get(name);
  const facts: Facts = { get: (name) => find(name)?.data };

  let state = stateOf(fold, key, stored);
  let changed = false;
  let decided = false;
  let bytes = 0;
  const settled: { entry: Entry<E>; outcome: readonly Outcome[] | Error }[] = [];

  const record = (mark: string, id: string, step: Step<State, E>) => {
    state = step.state;
    const fact: Fact = {
      key: mark,
      id,
      data: step.fact ?? null,
      outcomes: step.outcomes ?? [],
      ...(step.rest === undefined ? {} : { continued: true }),
    };
    for (const one of [fact, ...Object.entries(step.facts ?? {}).map(([name, data]) => bare(name, id, data))]) {
      made.set(one.key, one);
      bytes += factBytes(one);
    }
  };
  const take = async (event: E) => {
    const known = fold.enrich ? await fold.enrich(state, event, facts) : event;
    const step = fold.apply(state, known, facts, key);
    // In the row it may fit, deflated: its own item, which is written after it, must be able to hold it too.
    for (const data of [step.fact, ...Object.values(step.facts ?? {})]) {
      if (data !== undefined && JSON.stringify(data).length > MAX_FACT_LENGTH)
        throw new FatalRecordError('fact_too_large', `What it leaves in ${key} does not fit an item`);
    }
    return step;
  };
  const chunk = (pending: Pending | undefined): Chunk<E> => {
    const kept = fold.factsStayInRow ? stored.journal : carriedOn(stored.unwritten);
    const next = { version: stored.version + 1, state, journal: [...kept, ...made.values()] };
    const writes = made.size > 0 || changed;
    return {
      ...(writes ? { next: pending ? { ...next, pending } : next, made: [...made.values()] } : {}),
      settled,
      taken: settled.length,
      unproven: decided && !writes,
    };
  };

  // A step left over from an earlier write goes first, in a write of its own.
  if (stored.pending) {
    const { mark, id, step: number } = stored.pending;
    const step = await take(stored.pending.event as E);
    record(stepMark(mark, number), id, step);
    return chunk(step.rest === undefined ? undefined : { mark, id, event: step.rest, step: number + 1 });
  }

  for (const entry of queue.slice(0, limit)) {
    const mark = fold.mark(entry.event);
    const known = find(mark);
    if (known?.id === entry.id) {
      settled.push({ entry, outcome: chainOutcomes(known, find) });
      continue;
    }
    const step = await attempt(() => take(entry.event), known);
    if (step instanceof FatalRecordError) {
      decided = true;
      settled.push({ entry, outcome: step });
      continue;
    }
    if (step.unmarked) {
      decided = true;
      changed ||= step.state !== state;
      state = step.state;
      settled.push({ entry, outcome: step.outcomes ?? [] });
      continue;
    }
    record(mark, entry.id, step);
    if (step.rest !== undefined) return chunk({ mark, id: entry.id, event: step.rest, step: 1 });
    settled.push({ entry, outcome: step.outcomes ?? [] });
    if (bytes >= MAX_JOURNAL_BYTES) break;
  }
  return chunk(undefined);
}

/**
 * What another environment's write left in the journal, without items yet, goes along into the next row, as long as it is
 * little: that environment is most likely writing those items now. What is not carried on must have its items before the row is replaced.
 */
export const carriedOn = (unwritten: readonly Fact[]): readonly Fact[] =>
  unwritten.reduce((sum, fact) => sum + factBytes(fact), 0) <= MAX_CARRIED_BYTES ? unwritten : [];

export const stepMark = (mark: string, step: number) => (step === 0 ? mark : `${mark}+${step}`);

const bare = (key: string, id: string, data: unknown): Fact => ({ key, id, data, outcomes: [] });

/** What an absorbed event published, over all its steps. */
function chainOutcomes(first: Fact, find: (key: string) => Fact | undefined): readonly Outcome[] {
  const outcomes = [...first.outcomes];
  let fact: Fact | undefined = first;
  for (let step = 1; fact?.continued; step++) {
    fact = find(stepMark(first.key, step));
    outcomes.push(...(fact?.outcomes ?? []));
  }
  return outcomes;
}

/** Runs an event's own processing: what a rule refuses is fatal, what throws otherwise is tried three times. */
async function attempt<T>(work: () => Promise<T>, occupant: Fact | undefined): Promise<T | FatalRecordError> {
  for (let number = 1; ; number++) {
    try {
      const step = await work();
      // One mark, one event: rules that see another event's mark must refuse or throw.
      return occupant ? new FatalRecordError('mark_taken', `${occupant.key} belongs to event ${occupant.id}`) : step;
    } catch (error) {
      if (error instanceof FatalRecordError) return error;
      if (isRetriable(error)) throw error;
      if (number === TRIES) return new ProcessingError(error);
    }
  }
}

/** A dependency's trouble says so itself; it is no record's fault. */
const isRetriable = (error: unknown) => (error as { retriable?: unknown } | null)?.retriable === true;

function factBytes(fact: Fact): number {
  const outcomes = fact.outcomes.reduce((sum, { event }) => sum + JSON.stringify(event).length + 100, 0);
  return JSON.stringify(fact.data).length + fact.key.length + outcomes + 60;
}
