import { FatalRecordError, isRetriable, toError, toFatal } from '../../errors';
import type { KeyedEvent } from '../consume';
import { untilAborted } from '../until-aborted';
import type { Fact, Facts, Fold, Outcome, Refusal, Step } from './fold';
import type { CachedState } from './state-cache';
import type { Pending, StoredState } from './store';

/** An event of a batch on its way, and the place of its result. */
export interface Entry<E> extends KeyedEvent<E> {
  readonly index: number;
  /** Key of the fact that marks it. */
  readonly mark: string;
}

/** What became of an event. */
export interface Settled<E> {
  readonly entry: Entry<E>;
  readonly outcomes: readonly Outcome[];
  /** Why it was refused, after what it published before, if it went on in steps. */
  readonly refusal?: FatalRecordError;
}

/** What folding a part of a key's events came to: a write to do, and whose results it brings. */
export interface Chunk<E> {
  /** Absent when there is nothing to write. */
  readonly next?: StoredState;
  /** The facts that are new in `next`. */
  readonly made?: readonly Fact[];
  readonly settled: readonly Settled<E>[];
  /** How many events of the queue are settled by it. */
  readonly taken: number;
  /** Something was decided by the state, and there is no write that would prove it to be the latest. */
  readonly unproven?: boolean;
}

/** Facts already written, by key. */
export type FactTable = ReadonlyMap<string, Fact>;

/** What is to be folded of a key's events. */
export interface Turn<E> {
  readonly queue: readonly Entry<E>[];
  /** The most events to take. */
  readonly limit: number;
  /** What was decided about events without the rules, by mark: the store refuses what they would write. */
  readonly faults: Map<string, FatalRecordError>;
}

/** Of another environment's facts in the next row: about a kilobyte there. */
const MAX_CARRIED_BYTES = 4_000;
/** An item holds 400 KB; a character takes three bytes at most. */
const MAX_FACT_LENGTH = 130_000;
/** Of facts in one write, before compression: an item holds 400 KB, and the state wants room too. */
const MAX_JOURNAL_BYTES = 200_000;

const MAX_REASON_LENGTH = 1_000;

/** Keys of all facts that folding these events may ask for. */
export function factKeys<State, E>(
  fold: Fold<State, E>,
  key: string,
  { queue, limit, faults }: Turn<E>,
  stored: StoredState,
): string[] {
  const state = stateOf(fold, key, stored);
  const reads = (mark: string, event: E): readonly string[] => {
    try {
      return fold.reads?.(event, key, state) ?? [];
    } catch (error) {
      faults.set(mark, toFatal(error));
      return [];
    }
  };
  const { pending } = stored;
  // Until a left-over step is taken, no other event gets its turn.
  if (pending) return [...reads(stepMark(pending.mark, pending.step), pending.event as E)];
  return queue.slice(0, limit).flatMap((entry) => {
    const again = entry.resent === undefined ? [] : [resentMark(entry.mark, entry.resent)];
    return [entry.mark, ...again, ...reads(entry.mark, entry.event)];
  });
}

const stateOf = <State, E>(fold: Fold<State, E>, key: string, { version, state }: StoredState) =>
  version === 0 ? fold.initial(key) : (state as State);

type Judgement<State, E> =
  | { readonly step: Step<State, E>; readonly facts: readonly Fact[] }
  | { readonly refusal: FatalRecordError }
  | { readonly away: Error };

/**
 * Folds as many events of one key as fit one write. Pure but for `enrich`: it reads no clock and writes nothing.
 *
 * @param signal ends what `enrich` asks
 */
export async function foldChunk<State, E>(
  fold: Fold<State, E>,
  key: string,
  stored: CachedState,
  { queue, limit, faults }: Turn<E>,
  table: FactTable,
  signal: AbortSignal,
): Promise<Chunk<E>> {
  const made = new Map<string, Fact>();
  const journal = new Map(stored.journal.map((fact) => [fact.key, fact]));
  const find = (name: string) => made.get(name) ?? journal.get(name) ?? table.get(name);
  const facts: Facts = { get: (name) => dataOf(find(name)) };

  let state = stateOf(fold, key, stored);
  let changed = false;
  let decided = false;
  let bytes = 0;
  const settled: Settled<E>[] = [];

  const judge = async (mark: string, id: string, event: E): Promise<Judgement<State, E>> => {
    const fault = faults.get(mark);
    if (fault) return { refusal: fault };
    let known = event;
    try {
      if (fold.enrich)
        known = await untilAborted(signal, async () => fold.enrich?.(state, event, facts, { signal }) as E);
    } catch (error) {
      return isRetriable(error, 'io') ? { away: toError(error) } : { refusal: toFatal(error) };
    }
    try {
      const step = fold.apply(state, known, facts, key);
      return { step, facts: step.unmarked ? [] : factsOf(step, mark, id, key) };
    } catch (error) {
      if (isRetriable(error, 'pure')) throw error;
      return { refusal: toFatal(error) };
    }
  };
  const keep = (...some: readonly Fact[]) => {
    for (const one of some) {
      made.set(one.key, one);
      bytes += factBytes(one);
    }
  };
  /** @returns what whoever sent the event is told, now and after every repeat */
  const refuse = (mark: string, id: string, refusal: FatalRecordError): FatalRecordError => {
    const refused: Refusal = {
      name: refusal.name,
      code: refusal.code,
      message: refusal.message.slice(0, MAX_REASON_LENGTH),
    };
    keep({ key: mark, id, data: null, outcomes: [], refused });
    return Object.assign(errorOf(refused), { cause: refusal });
  };
  const chunk = (pending: Pending | undefined): Chunk<E> => {
    const old = fold.factsStayInRow ? stored.journal : carriedOn(stored.unwritten);
    const kept = old.filter((fact) => !made.has(fact.key));
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
    const own = stepMark(mark, number);
    const judgement = await judge(own, id, stored.pending.event as E);
    if ('away' in judgement) throw judgement.away;
    if ('refusal' in judgement) {
      refuse(own, id, judgement.refusal);
      return chunk(undefined);
    }
    state = judgement.step.state;
    keep(...judgement.facts);
    const { rest } = judgement.step;
    return chunk(rest === undefined ? undefined : { mark, id, event: rest, step: number + 1 });
  }

  for (const entry of queue.slice(0, limit)) {
    const { mark, id } = entry;
    const known = find(mark);
    const again = known?.refused && known.id === id && entry.resent !== undefined;
    const own = again ? resentMark(mark, entry.resent as string) : mark;
    const told = find(own);
    if (told?.id === id) {
      settled.push({ entry, ...storyOf(told, find) });
      continue;
    }
    const judgement = await judge(mark, id, entry.event);
    if ('away' in judgement) {
      // What comes before it need not wait.
      if (settled.length > 0) break;
      throw judgement.away;
    }
    // One mark, one event: the other one's fact stays, and keeps this one out whenever it comes again.
    if (told) {
      const taken = new FatalRecordError('mark_taken', `${told.key} belongs to event ${told.id}`);
      settled.push({ entry, outcomes: [], refusal: 'refusal' in judgement ? judgement.refusal : taken });
      continue;
    }
    if ('refusal' in judgement) {
      settled.push({ entry, outcomes: [], refusal: refuse(own, id, judgement.refusal) });
    } else {
      const { step } = judgement;
      if (step.unmarked) {
        decided = true;
        changed ||= step.state !== state;
      }
      state = step.state;
      keep(...judgement.facts);
      if (step.rest !== undefined) return chunk({ mark, id, event: step.rest, step: 1 });
      settled.push({ entry, outcomes: step.outcomes ?? [] });
    }
    if (bytes >= MAX_JOURNAL_BYTES) break;
  }
  return chunk(undefined);
}

/** What a step leaves: its mark, and the facts beside it. */
function factsOf<State, E>(step: Step<State, E>, mark: string, id: string, key: string): Fact[] {
  const fact: Fact = {
    key: mark,
    id,
    data: step.fact ?? null,
    outcomes: step.outcomes ?? [],
    ...(step.rest === undefined ? {} : { continued: true }),
  };
  const facts = [fact, ...Object.entries(step.facts ?? {}).map(([name, data]) => bare(name, id, data))];
  for (const one of facts) {
    // In the row it may fit, deflated: its own item, which is written after it, must be able to hold it too.
    if (JSON.stringify(one.data).length > MAX_FACT_LENGTH)
      throw new FatalRecordError('fact_too_large', `What it leaves in ${key} does not fit an item`);
    factBytes(one);
  }
  return facts;
}

/**
 * What another environment's write left in the journal, without items yet, goes along into the next row, as long as it is
 * little: that environment is most likely writing those items now. What is not carried on must have its items before the row is replaced.
 */
export const carriedOn = (unwritten: readonly Fact[]): readonly Fact[] =>
  unwritten.reduce((sum, fact) => sum + factBytes(fact), 0) <= MAX_CARRIED_BYTES ? unwritten : [];

export const stepMark = (mark: string, step: number) => (step === 0 ? mark : `${mark}+${step}`);

/** A refused event has happened to nobody. */
const dataOf = (fact: Fact | undefined) => (fact?.refused ? undefined : fact?.data);

const bare = (key: string, id: string, data: unknown): Fact => ({ key, id, data, outcomes: [] });

/** Of an event that came back from the dead letters and was refused again, so that each time is decided once. */
export const resentMark = (mark: string, resent: string) => `${mark}~${resent}`;

/** What was decided about an event, over all its steps. */
function storyOf(first: Fact, find: (key: string) => Fact | undefined) {
  const outcomes = [...first.outcomes];
  let fact: Fact | undefined = first;
  for (let step = 1; fact?.continued; step++) {
    fact = find(stepMark(first.key, step));
    outcomes.push(...(fact?.outcomes ?? []));
  }
  return { outcomes, ...(fact?.refused && { refusal: errorOf(fact.refused) }) };
}

function errorOf({ name, code, message }: Refusal): FatalRecordError {
  return Object.assign(new FatalRecordError(code, message), { name });
}

function factBytes(fact: Fact): number {
  const outcomes = fact.outcomes.reduce((sum, { event }) => sum + JSON.stringify(event).length + 100, 0);
  return JSON.stringify(fact.data).length + fact.key.length + outcomes + 60;
}
