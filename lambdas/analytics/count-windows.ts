import { DependencyError } from '../errors';
import type { Effect, KeyedEvent } from '../kafka/consume';
import { type Budget, retryWithin } from '../kafka/retry';
import { runBounded } from '../kafka/run-bounded';
import type { AnalyticsStore } from './analytics-store';
import { noFigures, sumFigures } from './figures';
import { chunkOf } from './marks';
import { absorbEvents, type Counted, emptySource, type MarkLimits, type SourceState } from './source-state';

export interface CountOptions extends MarkLimits {
  readonly store: AnalyticsStore;
}

/** A source as this environment last saw it; every write checks its version, so that a stale one can only lose. */
interface Known {
  readonly state: SourceState;
  /** Whether the journal is in the windows' rows. */
  readonly flushed: boolean;
}

/** What one write may hold, as an item of DynamoDB takes 400 KB. */
const EVENTS_A_WRITE = 2_000;
const NAME_BYTES_A_WRITE = 150_000;
/** Room for items in a window's row: some three thousand. */
const WINDOW_ITEM_BYTES = 200_000;
const WRITES_AT_ONCE = 8;

/**
 * Counts events into windows, each exactly once, with one row a source partition and one a window:
 *
 * 1. The state row takes the marks of the events and, as its journal, what they add to which window. One conditional write,
 *    guarded by the version, is the whole transaction: with it the events are counted, without it they are not.
 * 2. The journal is added to the windows' rows. Each row knows the version it has been brought to, and is written only from
 *    the one before: added twice, or by a zombie, it is added once.
 * 3. Nobody writes the state again before its journal is in the windows, so that a row at version n lacks nothing up to n.
 *
 * A record is done when its journal is in the windows; whoever comes next finishes what a crash left.
 */
export function countWindows({ store, distance, chunk }: CountOptions): Effect<Counted> {
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
    const { state, flushed } = known.get(source) ?? (await load(source));
    if (!flushed) await flush(source, state);
    const next = absorbEvents(state, events, { distance, chunk });
    if (next) {
      if ((await store.saveSource(source, next)) === 'conflict') {
        throw new DependencyError('state_conflict', `Another environment wrote ${source} first`);
      }
      await flush(source, next);
    }
    known.set(source, { state: next ?? state, flushed: true });
  }

  async function load(source: string): Promise<Known> {
    const row = await store.loadSource(source);
    if (!row) return { state: emptySource, flushed: true };
    const rows = new Map(await store.loadChunks(source, row.chunks));
    if (row.cut) rows.set(row.version, row.cut);
    const chunks = row.chunks.flatMap(({ version }) => {
      const marks = rows.get(version);
      return marks ? [chunkOf(version, marks)] : [];
    });
    // Of a chunk that has expired, the offsets still count as absorbed.
    const expired = row.chunks.filter(({ version }) => !rows.has(version)).map(({ last }) => last);
    return { state: { ...row, floor: Math.max(row.floor, ...expired), chunks }, flushed: false };
  }

  async function flush(source: string, { version, journal, cut }: SourceState): Promise<void> {
    const rows = await store.loadWindows(
      source,
      journal.map(([window]) => window),
    );
    await runBounded(journal, WRITES_AT_ONCE, async ([window, delta]) => {
      const row = rows.get(window);
      if (row && row.version >= version) return;
      const figures = sumFigures([row?.figures ?? noFigures, delta], WINDOW_ITEM_BYTES);
      // Should the row have moved since, then somebody else has added this journal: it is the only way on from here.
      await store.saveWindow(source, window, { version, figures }, row?.version);
    });
    if (cut) await store.saveChunk(source, version, cut);
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
