import type { AnalyticsReader, AnalyticsStore, WindowRow } from '../../../lambdas/analytics/analytics-store';
import type { SourceRow } from '../../../lambdas/analytics/source-state';

/** The table in memory: what is read is a copy, what is written is conditional where the port says so. */
export class MemoryAnalyticsStore implements AnalyticsStore, AnalyticsReader {
  readonly sources = new Map<string, string>();
  readonly ids = new Map<string, readonly string[]>();
  readonly rows = new Map<string, string>();
  writes = 0;
  reads = 0;

  async loadSource(source: string): Promise<SourceRow | undefined> {
    this.reads += 1;
    return this.read(this.sources, source);
  }
  async saveSource(source: string, next: SourceRow) {
    return this.saveIf(this.sources, source, next, next.version === 1 ? undefined : next.version - 1);
  }
  async loadWindows(source: string, windows: readonly string[]) {
    this.reads += windows.length;
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
  async loadIds(source: string, window: string) {
    this.reads += 1;
    return [...this.ids].flatMap(([key, ids]) => (key.startsWith(`${window}#${source}/`) ? ids : []));
  }
  async saveIds(source: string, window: string, version: number, ids: readonly string[]) {
    this.writes += 1;
    const key = `${window}#${source}/${version}`;
    const before = this.ids.get(key);
    // A version has one set of ids, whoever writes it.
    if (before && JSON.stringify(before) !== JSON.stringify(ids)) throw new Error(`Other ids in ${key}`);
    this.ids.set(key, [...ids]);
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
