import { runBounded } from '../kafka/run-bounded';
import { addDays, type Calendar } from './calendar';
import { type IssuePorts, issueStatement } from './issue-statement';
import type { LateNote, StatementStore } from './report-store';

export interface ClosePorts extends Omit<IssuePorts, 'store' | 'timeZone'> {
  readonly store: StatementStore;
  readonly calendar: Calendar;
  /** Milliseconds until the work must stop; what is left is done by the next run. */
  readonly remainingMs: () => number;
}

/** What a run has done. */
export interface Closing {
  /** Days that were closed, or issued by command. */
  readonly days: readonly string[];
  /** Documents' revisions that were written. */
  readonly issued: number;
  /** Statements that were issued again for late lines. */
  readonly late: number;
  /** False when the time was up first: the next run goes on. */
  readonly complete: boolean;
}

/** Consumers' clocks may be behind ours by this much without a line being overlooked. */
const GRACE_MS = 5 * 60_000;
/** Days that the first run looks at, and the most that any run does: a topic keeps a week. */
const FIRST_DAYS = 8;
const MOST_DAYS = 31;
const SHARDS_AT_ONCE = 4;
const USERS_AT_ONCE = 8;
const LATE_AT_ONCE = 8;

/**
 * Closes the days that have ended since the last run, and issues again what late lines have changed. May be run at any
 * time, again, and twice at once.
 *
 * @param now epoch milliseconds
 */
export async function closeDays(ports: ClosePorts, now: number): Promise<Closing> {
  const today = ports.calendar.dayOf(now - GRACE_MS);
  const last = (await ports.store.lastClosed()) ?? addDays(today, -FIRST_DAYS);
  const oldest = addDays(today, -MOST_DAYS);
  const days: string[] = [];
  let issued = 0;
  for (let day = last < oldest ? oldest : addDays(last, 1); day < today; day = addDays(day, 1)) {
    const done = await issueDay(ports, day);
    issued += done.issued;
    if (!done.complete) return { days, issued, late: 0, complete: false };
    await ports.store.markClosed(day);
    days.push(day);
  }
  const { late, complete } = await issueLate(ports, now);
  return { days, issued: issued + late, late, complete };
}

/** Issues the statements of a day, whether it has ended or not: what comes later makes another revision. */
export async function issueDay(ports: ClosePorts, date: string): Promise<{ issued: number; complete: boolean }> {
  const { store, calendar } = ports;
  let issued = 0;
  let complete = true;
  const shards = Array.from({ length: store.shards }, (_, shard) => shard);
  await runBounded(shards, SHARDS_AT_ONCE, async (shard) => {
    // Before the lines: a revision we know of is then none that knew more lines than we do.
    const known = await store.issuedOn(date, shard);
    for await (const group of inGroups(store.linesByUser(date, shard), USERS_AT_ONCE)) {
      if (ports.remainingMs() <= 0) {
        complete = false;
        return;
      }
      await runBounded(group, USERS_AT_ONCE, async ({ user, lines }) => {
        const issue = { ...ports, timeZone: calendar.timeZone };
        if (await issueStatement(issue, { user, date }, known.get(user), lines)) issued += 1;
      });
    }
  });
  return { issued, complete };
}

/** Issues one user's day. @returns its revision, when that is new. */
export async function issueOne(ports: ClosePorts, user: string, date: string): Promise<number | undefined> {
  const issued = await ports.store.issuedOf(user, date);
  const lines = await ports.store.linesOf(user, date);
  return issueStatement({ ...ports, timeZone: ports.calendar.timeZone }, { user, date }, issued, lines);
}

async function issueLate(ports: ClosePorts, now: number): Promise<{ late: number; complete: boolean }> {
  const statements = new Map<string, LateNote[]>();
  for await (const note of ports.store.lateNotes()) {
    const key = JSON.stringify([note.date, note.user]);
    statements.set(key, [...(statements.get(key) ?? []), note]);
  }
  let late = 0;
  let complete = true;
  await runBounded([...statements.values()], LATE_AT_ONCE, async (notes) => {
    const [note] = notes;
    if (!note) return;
    if (ports.remainingMs() <= 0) {
      complete = false;
      return;
    }
    if (await issueOne(ports, note.user, note.date)) late += 1;
    // Exactly those that were read: one that came since has a line we may not have seen.
    await ports.store.settleLate(notes, now);
  });
  return { late, complete };
}

async function* inGroups<T>(items: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length === size) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
