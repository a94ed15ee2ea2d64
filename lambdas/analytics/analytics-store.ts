import type { Figures } from './figures';
import type { ChunkRef, Mark } from './marks';
import type { SourceRow } from './source-state';

/** The figures of one window and one source partition. */
export interface WindowRow {
  /** The source's version whose delta was added last. */
  readonly version: number;
  readonly figures: Figures;
}

/** Where sources and windows live. All reads are strongly consistent. */
export interface AnalyticsStore {
  /** @param source `order-events-3` */
  loadSource(source: string): Promise<SourceRow | undefined>;
  /** Marks of these chunks, by version; one that has expired is left out. */
  loadChunks(source: string, chunks: readonly ChunkRef[]): Promise<ReadonlyMap<number, readonly Mark[]>>;
  /** Writes the row if its version is still `next.version − 1`. Any error leaves open whether it was written. */
  saveSource(source: string, next: SourceRow): Promise<'saved' | 'conflict'>;
  /** Writes a chunk's row; the same version has the same marks. */
  saveChunk(source: string, version: number, marks: readonly Mark[]): Promise<void>;
  /** The source's rows of these windows, by window; those that do not exist are left out. */
  loadWindows(source: string, windows: readonly string[]): Promise<ReadonlyMap<string, WindowRow>>;
  /** Writes the row if its version is still `before`, undefined: if it does not exist; else leaves it as it is. */
  saveWindow(source: string, window: string, row: WindowRow, before: number | undefined): Promise<unknown>;
}

/** What the reading side asks for. */
export interface AnalyticsReader {
  /** All sources' figures of the windows from one to before another, in any order. */
  windows(from: string, to: string): AsyncIterable<{ readonly window: string; readonly figures: Figures }>;
}
