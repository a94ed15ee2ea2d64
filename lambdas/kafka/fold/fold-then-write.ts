import { DependencyError, FatalRecordError, isRetriable, toError, toFatal } from '../../errors';
import { recordOf } from '../cloud-events';
import type { Effect, KeyedEvent } from '../consume';
import { type OutgoingRecord, type Publisher, publishWithin } from '../publisher';
import { type Budget, backoffMs } from '../retry';
import { runBounded } from '../run-bounded';
import type { Fact, Fold, Outcome } from './fold';
import { type Chunk, carriedOn, type Entry, factKeys, foldChunk, stepMark, type Turn } from './lane';
import { RecentNames } from './recent-names';
import { type CachedState, StateCache } from './state-cache';
import { type FoldStore, StateRefusedError, type StoredState } from './store';

export interface FoldOptions {
  readonly store: FoldStore;
  readonly publisher: Publisher;
  /** Keys folded or written side by side. */
  readonly keysAtOnce?: number;
  /** States kept in memory between invocations. */
  readonly cachedStates?: number;
  /** For states of very different sizes: what one counts for among the cached states. */
  readonly weigh?: (state: unknown) => number;
}

const RECENT_FACTS = 50_000;

/** One key of a batch, and what is left to do for it. */
interface Lane<E> extends Turn<E> {
  readonly key: string;
  queue: Entry<E>[];
  attempt: number;
  /** Shrinks to one when the store refuses a write, to find the event that is at fault. */
  limit: number;
}

/** What a round came to for a key: what it settles, and the state row as it then is. */
interface Done<E> {
  readonly lane: Lane<E>;
  readonly chunk: Chunk<E>;
  readonly row?: StoredState;
}

/**
 * *Fold, then write.* The events of each key are folded through the pure rules; each key is written once, guarded by its
 * version, with the facts of its events; then the stored outcomes are published. See docs/guarantees.md for the argument.
 *
 * The work goes in rounds over all keys of the batch: load, fold, write, publish. A key needs another round when its events
 * do not fit one write, when another environment was faster, or when the store failed; other keys do not wait for it
 * longer than the round.
 */
export function foldThenWrite<State, E>(fold: Fold<State, E>, options: FoldOptions): Effect<E> {
  const { store, publisher, keysAtOnce = 64 } = options;
  const cache = new StateCache(options.cachedStates ?? 20_000, options.weigh);
  /** Facts whose items this environment has written. */
  const written = new RecentNames(RECENT_FACTS);

  return {
    async absorb(events, budget) {
      const results: (Error | undefined)[] = new Array(events.length);
      let lanes = intoLanes(fold, events, results);
      while (lanes.length > 0) {
        const failed = await round(lanes, results, budget);
        lanes = await remaining(lanes, failed, results, budget);
      }
      return results;
    },
  };

  /** @returns the keys that failed in this round, and why. */
  async function round(lanes: readonly Lane<E>[], results: (Error | undefined)[], budget: Budget) {
    const failed = new Map<Lane<E>, Error>();
    const states = await guarded(lanes, failed, () => loadStates(lanes));
    if (!states) return failed;
    const facts = await guarded(lanes, failed, () => loadFacts(lanes, states));
    if (!facts) return failed;

    const done: Done<E>[] = [];
    await runBounded(lanes, keysAtOnce, async (lane) => {
      const state = states.get(lane.key) as CachedState;
      try {
        const chunk = await foldChunk(fold, lane.key, state, lane, facts, budget.signal);
        if (chunk.unproven && state.remembered) {
          // What memory decided, and no write checked, is decided again by the store's state, in the next round.
          cache.forget(lane.key);
          return;
        }
        await write(lane, state, chunk);
        done.push({ lane, chunk, row: chunk.next ?? state });
      } catch (error) {
        if (error instanceof StateRefusedError) refuse(lane, error, state, done, failed);
        else failed.set(lane, toError(error));
        cache.forget(lane.key);
      }
    });
    await Promise.all([flush(done), publish(done, results, failed, budget)]);
    return failed;
  }

  /** From memory where it is known, which the write will check; else from the store. */
  async function loadStates(lanes: readonly Lane<E>[]) {
    const states = new Map<string, CachedState>();
    const unknown: string[] = [];
    for (const { key } of lanes) {
      const cached = cache.get(key);
      if (cached) states.set(key, { ...cached, remembered: true });
      else unknown.push(key);
    }
    const stored = unknown.length === 0 ? new Map() : await store.loadStates(unknown);
    for (const key of unknown) {
      const state = stored.get(key) ?? { version: 0, state: undefined, journal: [] };
      states.set(key, { ...state, unwritten: fold.factsStayInRow ? [] : unwrittenOf(state) });
    }
    return states;
  }

  function unwrittenOf({ journal }: StoredState): readonly Fact[] {
    return journal.filter((fact) => !written.has(nameOf(fact)));
  }

  /** After the states: an event absorbed before a state was read is then in its journal or among the facts. */
  async function loadFacts(lanes: readonly Lane<E>[], states: Map<string, CachedState>) {
    if (fold.factsStayInRow) return new Map<string, Fact>();
    const keys = lanes.flatMap((lane) => {
      const state = states.get(lane.key) as CachedState;
      return [...factKeys(fold, lane.key, lane, state), ...state.unwritten.map((fact) => fact.key)];
    });
    const facts = new Map(await store.loadFacts([...new Set(keys)]));
    // Another environment has most likely written the items of its journal meanwhile: a read costs less than a write.
    for (const [key, state] of states) {
      for (const fact of state.unwritten) if (isThere(fact, facts.get(fact.key))) written.add(nameOf(fact));
      if (state.unwritten.length > 0) states.set(key, { ...state, unwritten: unwrittenOf(state) });
    }
    // A part of a chain may stand in the journal, and the rest of it among the facts.
    const journals = new Map(
      lanes.flatMap(({ key }) => states.get(key)?.journal ?? []).map((fact) => [fact.key, fact]),
    );
    const goesOn = (key: string) => [facts, journals].some((known) => known.get(key)?.continued);
    const marks = lanes.flatMap(({ queue }) => queue.map(({ mark }) => mark));
    let chains = [...new Set(marks)].filter(goesOn);
    for (let step = 1; chains.length > 0; step++) {
      const more = await store.loadFacts(chains.map((mark) => stepMark(mark, step)));
      for (const [key, fact] of more) facts.set(key, fact);
      chains = chains.filter((mark) => goesOn(stepMark(mark, step)));
    }
    return facts;
  }

  async function write(lane: Lane<E>, state: CachedState, { next }: Chunk<E>): Promise<void> {
    if (!next) {
      if (!state.remembered) cache.set(lane.key, state);
      return;
    }
    // The journal is about to be replaced: what does not go along must have its items first.
    if (carriedOn(state.unwritten).length < state.unwritten.length) await saveFacts(state.unwritten);
    if ((await store.saveState(lane.key, next)) === 'conflict') {
      throw new DependencyError('state_conflict', `Another environment wrote ${lane.key} first`);
    }
    cache.set(lane.key, { ...next, unwritten: fold.factsStayInRow ? [] : next.journal });
  }

  async function saveFacts(facts: readonly Fact[]): Promise<void> {
    await store.saveFacts(facts);
    for (const fact of facts) written.add(nameOf(fact));
  }

  /**
   * A write that can never succeed: of several events find the one at fault, which is then refused, in a write of its own.
   * Should the key take no write at all, it is refused without a mark: it will never be taken.
   */
  function refuse(
    lane: Lane<E>,
    error: StateRefusedError,
    { pending }: CachedState,
    done: Done<E>[],
    failed: Map<Lane<E>, Error>,
  ): void {
    const refusal = new FatalRecordError('state_refused', error.message, { cause: error });
    const [entry] = lane.queue;
    const mark = pending ? stepMark(pending.mark, pending.step) : entry?.mark;
    if (!pending && lane.limit > 1 && lane.queue.length > 1) lane.limit = 1;
    else if (mark !== undefined && !lane.faults.has(mark)) lane.faults.set(mark, refusal);
    else if (pending) failed.set(lane, error);
    else if (entry) done.push({ lane, chunk: { settled: [{ entry, outcomes: [], refusal }], taken: 1 } });
  }

  /** The journals hold the facts already: a failure here costs nothing but a later write of the same bytes. */
  async function flush(done: readonly Done<E>[]): Promise<void> {
    const made = done.flatMap(({ chunk }) => chunk.made ?? []);
    if (fold.factsStayInRow || made.length === 0) return;
    try {
      await saveFacts(made);
      for (const { lane } of done) {
        const state = cache.get(lane.key);
        if (state) cache.set(lane.key, { ...state, unwritten: unwrittenOf(state) });
      }
    } catch {
      // They stay marked as unwritten.
    }
  }

  async function publish(
    done: readonly Done<E>[],
    results: (Error | undefined)[],
    failed: Map<Lane<E>, Error>,
    budget: Budget,
  ): Promise<void> {
    const refused = new Map<Entry<E>, Error>();
    const current = new Map(done.map((one) => [one.lane, currentOf(one, refused)]));
    /** The stored outcomes of the events that are settled, and after the key's last event of this batch its current row. */
    const records = done.flatMap(({ lane, chunk }) => [
      ...outcomesOf(chunk).map(recordOf),
      ...(current.get(lane) ?? []),
    ]);
    try {
      if (records.length > 0) await publishWithin(budget, publisher, records);
    } catch (error) {
      if (!isRetriable(error, 'io')) await publishApart(done, current, refused, failed, budget);
      else for (const { lane, chunk } of done) if (tells(chunk, current.get(lane))) failed.set(lane, toError(error));
    }
    for (const { lane, chunk } of done) {
      if (failed.has(lane)) continue;
      for (const { entry, refusal } of chunk.settled) results[entry.index] = refusal ?? refused.get(entry);
      lane.queue = lane.queue.slice(chunk.taken);
      lane.attempt = 0;
    }
  }

  /** Of outcomes that can never be published one at least is at fault: each event's alone find out whose. */
  async function publishApart(
    done: readonly Done<E>[],
    current: ReadonlyMap<Lane<E>, readonly OutgoingRecord[]>,
    refused: Map<Entry<E>, Error>,
    failed: Map<Lane<E>, Error>,
    budget: Budget,
  ): Promise<void> {
    await runBounded(done, keysAtOnce, async ({ lane, chunk }) => {
      const parts = chunk.settled.map(({ entry, outcomes }) => ({ entry, records: outcomes.map(recordOf) }));
      // The current row is the last event's.
      const last = chunk.settled.at(-1)?.entry;
      if (last) parts.push({ entry: last, records: [...(current.get(lane) ?? [])] });
      for (const { entry, records } of parts) {
        if (records.length === 0) continue;
        try {
          await publishWithin(budget, publisher, records);
        } catch (error) {
          if (isRetriable(error, 'io')) {
            failed.set(lane, toError(error));
            return;
          }
          refused.set(entry, toFatal(error));
        }
      }
    });
  }

  /** The key's current row, after its last event of this batch; an error of the rules in it is that event's. */
  function currentOf({ lane, chunk, row }: Done<E>, refused: Map<Entry<E>, Error>): OutgoingRecord[] {
    const last = chunk.settled.at(-1);
    if (!fold.current || !last || chunk.taken < lane.queue.length || !row || row.version === 0) return [];
    try {
      const current = fold.current(row.state as State, row.version, lane.key);
      return current ? [recordOf(current)] : [];
    } catch (error) {
      refused.set(last.entry, toFatal(error));
      return [];
    }
  }

  /** Which keys go into the next round; those that failed for good get their error. */
  async function remaining(
    lanes: readonly Lane<E>[],
    failed: ReadonlyMap<Lane<E>, Error>,
    results: (Error | undefined)[],
    budget: Budget,
  ): Promise<Lane<E>[]> {
    const open = lanes.filter(({ queue }) => queue.length > 0);
    const wait = Math.max(0, ...[...failed.keys()].map((lane) => backoffMs(lane.attempt++)));
    if (!budget.signal.aborted && budget.remainingMs() > wait) {
      if (wait > 0) await budget.pause(wait);
      return open;
    }
    for (const lane of open) {
      const error = waiting(failed.get(lane) ?? new DependencyError('out_of_time', `No time left for ${lane.key}`));
      for (const entry of lane.queue) results[entry.index] = error;
    }
    return [];
  }
}

const outcomesOf = <E>({ settled }: Chunk<E>): Outcome[] => settled.flatMap(({ outcomes }) => outcomes);

const tells = <E>(chunk: Chunk<E>, current: readonly OutgoingRecord[] = []) =>
  current.length > 0 || chunk.settled.some(({ outcomes }) => outcomes.length > 0);

/** A refusal's item may yet be replaced, by what the same event left when it came back from the dead letters. */
const nameOf = ({ key, refused }: Fact) => (refused ? `${key} refused` : key);

/** Whether a fact's item is there, or one that replaced it. */
const isThere = (fact: Fact, item: Fact | undefined) => item?.id === fact.id && (!item.refused || !!fact.refused);

/** A key that cannot be read or written is no fault of the events that wait for it. */
const waiting = (error: Error): Error =>
  isRetriable(error, 'io') ? error : new DependencyError('key_failed', error.message, { cause: error });

/** The events of each key; what the rules cannot even name is refused, as it will be whenever it comes. */
function intoLanes<State, E>(
  fold: Fold<State, E>,
  events: readonly KeyedEvent<E>[],
  results: (Error | undefined)[],
): Lane<E>[] {
  const lanes = new Map<string, Lane<E> & { queue: Entry<E>[] }>();
  events.forEach((event, index) => {
    let mark: string;
    try {
      mark = fold.mark(event.event);
    } catch (error) {
      results[index] = toFatal(error);
      return;
    }
    const lane = lanes.get(event.key) ?? newLane<E>(event.key);
    lane.queue.push({ ...event, index, mark });
    lanes.set(event.key, lane);
  });
  return [...lanes.values()];
}

const newLane = <E>(key: string) => ({
  key,
  queue: [] as Entry<E>[],
  attempt: 0,
  limit: Number.MAX_SAFE_INTEGER,
  faults: new Map<string, FatalRecordError>(),
});

/** Runs a step that serves all keys; when it fails, all have failed. */
async function guarded<E, T>(
  lanes: readonly Lane<E>[],
  failed: Map<Lane<E>, Error>,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    for (const lane of lanes) failed.set(lane, toError(error));
    return undefined;
  }
}
