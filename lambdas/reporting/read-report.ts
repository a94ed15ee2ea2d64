import type { Calendar } from './calendar';
import type { ReportReader } from './report-store';
import { type Statement, statementOf } from './statement';
import { documentKey } from './statement-documents';

/** A user's day as it is known now, and what was issued of it. */
export interface Report extends Statement {
  /** `open`: the day is not over; `due`: lines came that no issued revision has yet; `issued`: the last revision says the same. */
  readonly status: 'open' | 'due' | 'issued';
  /** The last revision that was issued; 0 before the first. */
  readonly revision: number;
  /** Where the last revision is kept in the statements' bucket; absent before the first. */
  readonly documents?: { readonly json: string; readonly csv: string };
}

/**
 * Answers `GET /reports/{user}/{date}`: from the lines themselves, so that it is exact at every moment.
 *
 * @param date a day that exists, `2026-11-21`
 * @param now epoch milliseconds
 * @returns undefined when the user's day has no line.
 */
export async function readReport(
  reader: ReportReader,
  calendar: Calendar,
  { user, date }: { readonly user: string; readonly date: string },
  now: number,
): Promise<Report | undefined> {
  const [lines, issued] = await Promise.all([reader.linesOf(user, date), reader.issuedOf(user, date)]);
  if (lines.length === 0) return undefined;
  const statement = statementOf({ user, date, timeZone: calendar.timeZone }, lines);
  const revision = issued?.revision ?? 0;
  return {
    ...statement,
    status: issued?.digest === statement.digest ? 'issued' : date < calendar.dayOf(now) ? 'due' : 'open',
    revision,
    ...(issued && {
      documents: {
        json: documentKey({ user, date, revision }, 'json'),
        csv: documentKey({ user, date, revision }, 'csv'),
      },
    }),
  };
}
