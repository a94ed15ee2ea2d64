import type { AnalyticsReader, AnalyticsStore, WindowRow } from '../../../lambdas/analytics/analytics-store';
import { type ChunkRef, type Mark, packMarks, unpackMarks } from '../../../lambdas/analytics/marks';
import type { SourceRow } from '../../../lambdas/analytics/source-state';

/** The table in memory: what is read is a copy, what is written is conditional where the port says so. */
export class MemoryAnalyticsStore implements AnalyticsStore, AnalyticsReader {
  readonly sources = new Map<string, string>();
  readonly chunks = new Map<string, Buffer>();
  readonly rows = new Map<string, string>();
  writes = 0;

  async loadSource(source: string): Promise<SourceRow | undefined> {
    return this.read(this.sources, source);
  }
  async loadChunks(source: string, chunks: readonly ChunkRef[]) {
    const found = new Map<number, Mark[]>();
    for (const { version } of chunks) {
      const bytes = this.chunks.get(`${source}/${version}`);
      if (bytes) found.set(version, unpackMarks(bytes));
    }
    return found;
  }
  async saveSource(source: string, next: SourceRow) {
    const { version, floor, tail, journal, cut } = next;
    const chunks = next.chunks.map(({ version, count, last }) => ({ version, count, last }));
    const row: SourceRow = { version, floor, chunks, tail, journal, ...(cut && { cut }) };
    return this.saveIf(this.sources, source, row, version === 1 ? undefined : version - 1);
  }
  async saveChunk(source: string, version: number, marks: readonly Mark[]) {
    this.writes += 1;
    this.chunks.set(`${source}/${version}`, packMarks(marks));
  }
  async loadWindows(source: string, windows: readonly string[]) {
    const found = new Map<string, WindowRow>();
    for (const window of windows) {
      const row = this.read<WindowRow>(this.rows, `${window}#${source}`);
      if (row) found.set(window, row);
    }
    return found;
  }
  async saveWindow(source: string, window: string, row: WindowRow, before: number | undefined) {
    return this.saveIf(this.rows, `${window}#${source}`, row, before);
  }
  async *windows(from: string, to: string) {
    for (const [key, row] of [...this.rows].sort()) {
      const window = key.slice(0, 16);
      if (window >= from && window < to) yield { window, figures: (JSON.parse(row) as WindowRow).figures };
    }
  }

  private read<T>(rows: Map<string, string>, key: string): T | undefined {
    const text = rows.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  private saveIf(rows: Map<string, string>, key: string, row: { version: number }, before: number | undefined) {
    this.writes += 1;
    if (this.read<{ version: number }>(rows, key)?.version !== before) return 'conflict' as const;
    rows.set(key, JSON.stringify(row));
    return 'saved' as const;
  }
}
