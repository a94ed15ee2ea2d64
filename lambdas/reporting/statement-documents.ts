import { createHash } from 'node:crypto';
import type { NewObject } from '../objects/object-store';
import type { Line } from './line';
import type { Revision } from './statement';

const COLUMNS = [
  'time',
  'type',
  'order_id',
  'item',
  'side',
  'quantity',
  'price',
  'amount',
  'payment_id',
  'trade_sequence',
  'reason',
  'event_id',
] as const satisfies readonly (keyof Line)[];

/** Where the documents of a revision are kept: `statements/2026-11-21/john/0001.json`. */
export function documentKey(
  { user, date, revision }: Pick<Revision, 'user' | 'date' | 'revision'>,
  format: 'json' | 'csv',
): string {
  return `statements/${date}/${pathPart(user)}/${String(revision).padStart(4, '0')}.${format}`;
}

/** A name as it is where that makes a harmless key, else its hash: `..`, slashes and long names are users, too. */
function pathPart(user: string): string {
  if (/^[A-Za-z0-9](?:[A-Za-z0-9_@-]|\.(?!\.)){0,63}$/.test(user)) return user;
  return `~${createHash('sha256').update(user).digest('base64url')}`;
}

export function jsonDocument(revision: Revision): NewObject {
  return {
    key: documentKey(revision, 'json'),
    body: Buffer.from(`${JSON.stringify(revision)}\n`),
    type: 'application/json',
  };
}

/** @throws SyntaxError when the document is not one of {@link jsonDocument}. */
export function readJsonDocument(body: Buffer): Revision {
  const document = JSON.parse(body.toString('utf8')) as Revision;
  if (typeof document.digest !== 'string') throw new SyntaxError('The document is no statement');
  return document;
}

/** The lines as a table (https://www.rfc-editor.org/rfc/rfc4180); the totals are what its columns add up to. */
export function csvDocument(revision: Revision): NewObject {
  return {
    key: documentKey(revision, 'csv'),
    body: Buffer.from(toCsv(revision.lines)),
    type: 'text/csv; charset=utf-8; header=present',
  };
}

export function toCsv(lines: readonly Line[]): string {
  const rows = lines.map((line) => COLUMNS.map((column) => cell(line[column])));
  return [COLUMNS, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe in front, as a name is anybody's to choose
 * (https://owasp.org/www-community/attacks/CSV_Injection); the JSON document has it as it is.
 */
function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  const text = String(value).replace(/^(?=[=+\-@\t\r])/, "'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
