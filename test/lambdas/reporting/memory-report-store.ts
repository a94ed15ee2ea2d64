import type { PlacedLine } from '../../../lambdas/reporting/line';
import type { Issued, LateNote, LineStore, StatementStore } from '../../../lambdas/reporting/report-store';

/** The table in memory, with its promises: strongly consistent reads, and a revision that never goes back. */
export class MemoryReportStore implements LineStore, StatementStore {
  readonly shards = 2;
  readonly lines = new Map<string, PlacedLine>();
  readonly late = new Map<string, LateNote>();
  readonly issued = new Map<string, Issued>();
  readonly closed = new Set<string>();

  async putLines(lines: readonly PlacedLine[]) {
    for (const line of lines) this.lines.set(line.line.event_id, line);
  }
  async noteLate(notes: readonly LateNote[]) {
    for (const note of notes) this.late.set(JSON.stringify(note), note);
  }
  async linesOf(user: string, date: string) {
    return [...this.lines.values()].filter((one) => one.user === user && one.date === date).map(({ line }) => line);
  }
  async issuedOf(user: string, date: string) {
    return this.issued.get(JSON.stringify([user, date]));
  }
  async issuedOn(date: string) {
    const entries = [...this.issued].map(([key, issued]) => [JSON.parse(key), issued] as const);
    return new Map(entries.filter(([[, day]]) => day === date).map(([[user], issued]) => [user as string, issued]));
  }
  async *linesByUser(date: string, shard: number) {
    const users = new Set([...this.lines.values()].filter((one) => one.date === date).map(({ user }) => user));
    for (const user of [...users].filter((one) => one.length % this.shards === shard)) {
      yield { user, lines: await this.linesOf(user, date) };
    }
  }
  async saveIssued(user: string, date: string, issued: Issued) {
    const key = JSON.stringify([user, date]);
    if ((this.issued.get(key)?.revision ?? 0) < issued.revision) this.issued.set(key, issued);
  }
  async *lateNotes() {
    yield* [...this.late.values()];
  }
  async settleLate(notes: readonly LateNote[]) {
    for (const note of notes) this.late.delete(JSON.stringify(note));
  }
  async lastClosed() {
    return [...this.closed].sort().at(-1);
  }
  async markClosed(date: string) {
    this.closed.add(date);
  }
}
