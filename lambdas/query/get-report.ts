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
import { sliceAfter } from './page';
import { readLineLimit, readNameCursor, writeNameCursor } from './parameters';

export interface ReportPorts {
  readonly reports: ReportReader;
  readonly calendar: Calendar;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const CSV = 'text/csv';

/**
 * A user's day as it is known now, as JSON or, when asked for, its lines as CSV; a page of lines at a time. Totals and digest
 * are of the whole day, so that whoever reads all pages sees whether the day was the same throughout.
 */
export async function getReport(event: ApiEvent, { reports, calendar, now }: ReportPorts): Promise<Reply> {
  const user = readUserName(event.pathParameters);
  const date = event.pathParameters?.date ?? '';
  if (!isDay(date)) fail('invalid_parameter', `The path's date is a day that exists, such as ${calendar.dayOf(now())}`);
  if (!actsFor(callerOf(event), user)) fail('forbidden', `The token does not allow to see the days of ${user}`);
  const reading = readReport(reports, calendar, { user, date }, now());
  const report: ReportView | undefined = await answered('a report', reading);
  if (!report) fail('not_found', `Nothing is known of ${user} on ${date}`);
  const parameters = event.queryStringParameters;
  const limit = readLineLimit(parameters);
  const after = readNameCursor(parameters);
  const { entries: lines, next } = sliceAfter(report.lines, { limit, after, nameOf: ({ event_id }) => event_id });
  const cursor = next === undefined ? undefined : writeNameCursor(next);
  // CSV has no other place for it; a reference is relative to the address that was asked.
  const link = { ...(cursor && { link: `<?limit=${limit}&cursor=${cursor}>; rel="next"` }) };
  if (prefers(event.headers.accept, ['application/json', CSV]) !== CSV) {
    return { status: 200, headers: link, body: { ...report, lines, ...(cursor && { next_cursor: cursor }) } };
  }
  return {
    status: 200,
    body: toCsv(lines),
    headers: { 'content-type': `${CSV}; charset=utf-8; header=present`, ...link },
  };
}
