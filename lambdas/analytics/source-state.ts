import { type Figures, sumFigures } from './figures';

/** An event that counts: what is kept of its id, in which window, and what it adds there. */
export interface Counted {
  readonly id: string;
  /** `2026-11-21T10:05`, by the event's own time, which is the same however often it is published. */
  readonly window: string;
  readonly figures: Figures;
}

/** What one write adds to one window. */
export interface Delta {
  readonly window: string;
  readonly figures: Figures;
  /** Of the events that are counted by it. */
  readonly ids: readonly string[];
}

/** The row of one partition of a topic. */
export interface SourceRow {
  /** Counts the writes. */
  readonly version: number;
  /** What the last write added: durable with this row, and in the windows' own rows before the next write. */
  readonly journal: readonly Delta[];
}

/**
 * Counts the events of one partition that their windows do not know yet. Pure.
 *
 * @param known the ids that a window counted up to this version
 * @returns the row to write; undefined when all events were repeats.
 */
export function countNew(
  version: number,
  known: (window: string) => ReadonlySet<string>,
  events: readonly Counted[],
): SourceRow | undefined {
  const fresh = new Map<string, Map<string, Figures>>();
  for (const { id, window, figures } of events) {
    if (known(window).has(id)) continue;
    const ofWindow = fresh.get(window) ?? new Map<string, Figures>();
    if (!ofWindow.has(id)) ofWindow.set(id, figures);
    fresh.set(window, ofWindow);
  }
  if (fresh.size === 0) return undefined;
  const journal = [...fresh].map(([window, all]) => ({
    window,
    figures: sumFigures([...all.values()]),
    ids: [...all.keys()],
  }));
  return { version: version + 1, journal };
}
