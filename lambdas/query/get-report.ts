import { prefers } from '../api/accept';
import { actsFor, callerOf } from '../api/caller';
import type { Reply } from '../api/dispatch';
import type { ApiEvent } from '../api/event';
import { readUserName } from '../api/path-parameters';
import { fail } from '../api/problem';
import type { ReportView } from '../api/view-schemas';
import { type Calendar, isDay } from '../reporting/calendar';
import { readReport } from '../reporting/read-report';
import type { ReportReader } from '../reporting/report-store';
import { toCsv } from '../reporting/statement-documents';
import { answered } from './answered';

export interface ReportPorts {
  readonly reports: ReportReader;
  readonly calendar: Calendar;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const CSV = 'text/csv';

/** A user's day as it is known now, as JSON or, when asked for, its lines as CSV. */
export async function getReport(event: ApiEvent, { reports, calendar, now }: ReportPorts): Promise<Reply> {
  const user = readUserName(event.pathParameters);
  const date = event.pathParameters?.date ?? '';
  if (!isDay(date)) fail('invalid_parameter', `The path's date is a day that exists, such as ${calendar.dayOf(now())}`);
  if (!actsFor(callerOf(event), user)) fail('forbidden', `The token does not allow to see the days of ${user}`);
  const reading = readReport(reports, calendar, { user, date }, now());
  const report: ReportView | undefined = await answered('a report', reading);
  if (!report) fail('not_found', `Nothing is known of ${user} on ${date}`);
  if (prefers(event.headers.accept, ['application/json', CSV]) !== CSV) return { status: 200, body: report };
  return {
    status: 200,
    body: toCsv(report.lines),
    headers: { 'content-type': `${CSV}; charset=utf-8; header=present` },
  };
}
