import type { Line, PlacedLine } from './line';

/** Which revision of a statement was issued last, and of what content. */
export interface Issued {
  readonly revision: number;
  readonly digest: string;
}

/** Says that a line came after its day had ended. */
export interface LateNote {
  readonly user: string;
  readonly date: string;
  /** Of the line. */
  readonly eventId: string;
}

/** What the reading side asks for. */
export interface ReportReader {
  /** The lines of a user's day, in any order; one that came twice may be there twice. */
  linesOf(user: string, date: string): Promise<readonly Line[]>;
  issuedOf(user: string, date: string): Promise<Issued | undefined>;
}

/** What the consumer writes. */
export interface LineStore {
  /** Puts the lines, unconditionally: they are only ever added. */
  putLines(lines: readonly PlacedLine[]): Promise<void>;
  noteLate(notes: readonly LateNote[]): Promise<void>;
}

/** What closing a day needs. All reads are strongly consistent. */
export interface StatementStore extends ReportReader {
  /** Parts a day is split into, by user; each is read on its own. */
  readonly shards: number;
  /** What was issued of a day, for the users of a shard. */
  issuedOn(date: string, shard: number): Promise<ReadonlyMap<string, Issued>>;
  /** The lines of a day, as `linesOf` has them, for one user of a shard after the other. */
  linesByUser(date: string, shard: number): AsyncIterable<{ readonly user: string; readonly lines: readonly Line[] }>;
  /** Remembers it, unless this revision or a later one is known already. */
  saveIssued(user: string, date: string, issued: Issued): Promise<void>;
  /** Those that are not settled. */
  lateNotes(): AsyncIterable<LateNote>;
  /** @param at epoch milliseconds */
  settleLate(notes: readonly LateNote[], at: number): Promise<void>;
  /** The latest day that is closed; undefined before the first. */
  lastClosed(): Promise<string | undefined>;
  markClosed(date: string): Promise<void>;
}
