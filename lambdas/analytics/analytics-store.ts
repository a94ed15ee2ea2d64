import type { Figures } from './figures';
import type { SourceRow } from './source-state';

/** What one window counted of one source partition. */
export interface WindowRow {
  /** The source's version whose delta was added last. */
  readonly version: number;
  readonly figures: Figures;
  /** Of the events counted last; those of the others stand in rows of their own. */
  readonly ids: readonly string[];
  /** Whether there are such rows. */
  readonly spilled: boolean;
}

/** Where sources and windows live. All reads are strongly consistent. */
export interface AnalyticsStore {
  /** @param source `order-events-3` */
  loadSource(source: string): Promise<SourceRow | undefined>;
  /** Writes the row if its version is still `next.version − 1`. Any error leaves open whether it was written. */
  saveSource(source: string, next: SourceRow): Promise<'saved' | 'conflict'>;
  /** The source's rows of these windows, by window; those that do not exist are left out. */
  loadWindows(source: string, windows: readonly string[]): Promise<ReadonlyMap<string, WindowRow>>;
  /** Writes the row if its version is still `before`, undefined: if it does not exist; else leaves it as it is. */
  saveWindow(source: string, window: string, row: WindowRow, before: number | undefined): Promise<unknown>;
  /** The ids that a window's row has no room for. */
  loadIds(source: string, window: string): Promise<readonly string[]>;
  /** Writes such a row, named by the version that fills it; the same version has the same ids. */
  saveIds(source: string, window: string, version: number, ids: readonly string[]): Promise<void>;
}

/** What the reading side asks for. */
export interface AnalyticsReader {
  /** All sources' figures of the windows from one to before another, in any order. */
  windows(from: string, to: string): AsyncIterable<{ readonly window: string; readonly figures: Figures }>;
}
