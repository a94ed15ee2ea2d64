import { DependencyError } from '../errors';
import type { Effect, KeyedEvent } from '../kafka/consume';
import { type Budget, retryWithin } from '../kafka/retry';
import { runBounded } from '../kafka/run-bounded';
import type { AnalyticsStore } from './analytics-store';
import { noFigures, sumFigures } from './figures';
import { type Counted, countNew, type SourceRow } from './source-state';

export interface CountOptions {
  readonly store: AnalyticsStore;
  /** Ids that a window's row holds itself: what is more gets rows of its own, so that no write grows with the window. */
  readonly idsInRow?: number;
  /** Ids of a source that an environment remembers, about; of other windows they are read when needed. */
  readonly remembered?: number;
}

/** A source as this environment last saw it; every write checks its version, so that a stale one can only lose. */
interface Known {
  readonly version: number;
  /** Ids that windows have counted, of the windows used last. */
  readonly ids: Map<string, Set<string>>;
}

/** What one write may hold, as an item of DynamoDB takes 400 KB. */
const EVENTS_A_WRITE = 2_000;
const NAME_BYTES_A_WRITE = 150_000;
/** Room for items in a window's row: some three thousand. */
const WINDOW_ITEM_BYTES = 200_000;
const IDS_IN_ROW = 64;
const IDS_REMEMBERED = 100_000;
const WRITES_AT_ONCE = 8;

/**
 * Counts events into windows, each exactly once, with one row a source partition and one a window:
 *
 * 1. The state row takes, as its journal, what the events add to which window, and their ids. One conditional write, guarded by
 *    the version, is the whole transaction: with it the events are counted, without it they are not.
 * 2. The journal is added to the windows' rows, figures and ids. Each row knows the version it has been brought to, and is
 *    written only from the one before: added twice, or by a zombie, it is added once.
 * 3. Nobody writes the state again before its journal is in the windows, so that a row at version n lacks nothing up to n.
 *
 * An event has one window, by its own time. So whether it was counted is for that window's ids to say, for as long as the
 * window is kept: whatever is delivered or published again, and however much came in between, it adds nothing and is not
 * written. A record is done when its journal is in the windows; whoever comes next finishes what a crash left.
 */
export function countWindows({
  store,
  idsInRow = IDS_IN_ROW,
  remembered = IDS_REMEMBERED,
}: CountOptions): Effect<Counted> {
  const known = new Map<string, Known>();

  return {
    async absorb(events, budget) {
      const results = new Array<Error | undefined>(events.length).fill(undefined);
      await runBounded([...bySource(events)], WRITES_AT_ONCE, async ([source, places]) => {
        for (const part of parts(places, events)) {
          const error = await attempt(
            source,
            part.map((place) => events[place]?.event as Counted),
            budget,
          );
          if (!error) continue;
          // What follows in this partition comes again with it.
          for (const place of places.slice(places.indexOf(part[0] as number))) results[place] = error;
          break;
        }
      });
      return results;
    },
  };

  async function attempt(source: string, events: readonly Counted[], budget: Budget): Promise<Error | undefined> {
    try {
      await retryWithin(budget, async () => {
        try {
          await absorbOnce(source, events);
        } catch (error) {
          known.delete(source);
          throw error;
        }
      });
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  async function absorbOnce(source: string, events: readonly Counted[]): Promise<void> {
    const { version, ids } = known.get(source) ?? (await load(source));
    await recall(source, ids, new Set(events.map(({ window }) => window)));
    const next = countNew(version, (window) => ids.get(window) as Set<string>, events);
    if (next) {
      if ((await store.saveSource(source, next)) === 'conflict') {
        throw new DependencyError('state_conflict', `Another environment wrote ${source} first`);
      }
      await flush(source, next);
      for (const delta of next.journal) for (const id of delta.ids) ids.get(delta.window)?.add(id);
    }
    forget(ids);
    known.set(source, { version: next?.version ?? version, ids });
  }

  async function load(source: string): Promise<Known> {
    const row = await store.loadSource(source);
    if (row) await flush(source, row);
    return { version: row?.version ?? 0, ids: new Map() };
  }

  /** Reads the ids of windows that are not remembered; all are then the ones used last. */
  async function recall(source: string, ids: Known['ids'], windows: ReadonlySet<string>): Promise<void> {
    const unknown = [...windows].filter((window) => !ids.has(window));
    const rows = unknown.length > 0 ? await store.loadWindows(source, unknown) : new Map<string, never>();
    const read = new Map<string, Set<string>>();
    // The row first: what it says it holds itself may have left for rows of its own by the time they are read, not the other way.
    await runBounded(unknown, WRITES_AT_ONCE, async (window) => {
      const row = rows.get(window);
      const spilled = row?.spilled ? await store.loadIds(source, window) : [];
      read.set(window, new Set([...(row?.ids ?? []), ...spilled]));
    });
    for (const window of windows) {
      const set = read.get(window) ?? (ids.get(window) as Set<string>);
      ids.delete(window);
      ids.set(window, set);
    }
  }

  function forget(ids: Known['ids']): void {
    const weigh = (set: Set<string>) => set.size + 16;
    let weight = [...ids.values()].reduce((sum, set) => sum + weigh(set), 0);
    for (const [window, set] of ids) {
      if (weight <= remembered) return;
      weight -= weigh(set);
      ids.delete(window);
    }
  }

  async function flush(source: string, { version, journal }: SourceRow): Promise<void> {
    const rows = await store.loadWindows(
      source,
      journal.map(({ window }) => window),
    );
    await runBounded(journal, WRITES_AT_ONCE, async ({ window, figures: delta, ids: added }) => {
      const row = rows.get(window);
      if (row && row.version >= version) return;
      const figures = sumFigures([row?.figures ?? noFigures, delta], WINDOW_ITEM_BYTES);
      const ids = [...(row?.ids ?? []), ...added];
      const spills = ids.length > idsInRow;
      // Before the row lets go of them; written again by whoever takes over, they are the same.
      if (spills) await store.saveIds(source, window, version, ids);
      const next = { version, figures, ids: spills ? [] : ids, spilled: spills || (row?.spilled ?? false) };
      // Should the row have moved since, then somebody else has added this journal: it is the only way on from here.
      await store.saveWindow(source, window, next, row?.version);
    });
  }
}

function bySource(events: readonly KeyedEvent<Counted>[]): Map<string, number[]> {
  const sources = new Map<string, number[]>();
  events.forEach(({ key }, place) => {
    const places = sources.get(key);
    if (places) places.push(place);
    else sources.set(key, [place]);
  });
  return sources;
}

/** Cuts a source's events into what fits one write. */
function parts(places: readonly number[], events: readonly KeyedEvent<Counted>[]): number[][] {
  const cuts: number[][] = [];
  let bytes = 0;
  for (const place of places) {
    const more = Buffer.byteLength(events[place]?.event.figures.items[0]?.[0] ?? '');
    const last = cuts.at(-1);
    bytes += more;
    if (last && last.length < EVENTS_A_WRITE && bytes <= NAME_BYTES_A_WRITE) {
      last.push(place);
    } else {
      cuts.push([place]);
      bytes = more;
    }
  }
  return cuts;
}
