import type { Context } from 'aws-lambda';
import type { Log } from '../logger';
import { isDay } from '../reporting/calendar';
import { type ClosePorts, type Closing, closeDays, issueDay, issueOne } from '../reporting/close-days';

/**
 * What starts it: a schedule, whose own fields are passed over, or a command: `{"date":"2026-11-21"}` issues that day's
 * statements, `{"date":"2026-11-21","user":"john"}` one of them.
 */
export interface StatementsEvent {
  readonly date?: unknown;
  readonly user?: unknown;
}

export interface StatementsPorts extends Omit<ClosePorts, 'remainingMs'> {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** What the answer needs, and a call that is under way. */
const RESERVE_MS = 15_000;

/** The handler of the statements function: closes the days that are over, or does as it is told. */
export function createStatementsHandler(ports: StatementsPorts) {
  return async (
    event: StatementsEvent | null,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<Closing> => {
    const reserve = Math.min(RESERVE_MS, context.getRemainingTimeInMillis() / 2);
    const work = { ...ports, remainingMs: () => context.getRemainingTimeInMillis() - reserve };
    const closing = await run(event ?? {}, work);
    const message = closing.complete ? 'Statements issued' : 'Time is up: the next run goes on with the statements';
    ports.log.info(message, { ...closing });
    return closing;
  };
}

async function run(
  { date, user }: StatementsEvent,
  ports: StatementsPorts & Pick<ClosePorts, 'remainingMs'>,
): Promise<Closing> {
  const now = ports.now();
  if (date === undefined && user === undefined) return closeDays(ports, now);
  if (typeof date !== 'string' || !isDay(date)) throw new Error('Say a day that exists: {"date":"2026-11-21"}');
  if (date > ports.calendar.dayOf(now)) throw new Error(`${date} has not begun in ${ports.calendar.timeZone}`);
  if (user === undefined) return { days: [date], late: 0, ...(await issueDay(ports, date)) };
  if (typeof user !== 'string' || user === '') throw new Error('Say whose day: {"date":"2026-11-21","user":"john"}');
  const revision = await issueOne(ports, user, date);
  return { days: [date], issued: revision === undefined ? 0 : 1, late: 0, complete: true };
}
