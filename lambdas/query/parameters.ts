import * as z from 'zod';
import { DEFAULT_PAGE, MAX_LEVELS, MAX_LINES, MAX_PAGE, MAX_WAIT_SECONDS } from '../api/limits';
import { fail } from '../api/problem';
import { orderSchema } from '../order/order';
import type { PageKey } from './order-reader';

type Parameters = Readonly<Record<string, string | undefined>> | undefined;

const GUID = z.guid();

/** Milliseconds to wait until an order is tracked; 0 when not asked for. */
export function readWait(parameters: Parameters): number {
  const seconds = readNumber(parameters?.wait);
  if (seconds === undefined) return 0;
  if (!(seconds >= 0 && seconds <= MAX_WAIT_SECONDS)) {
    fail('invalid_parameter', `wait is a number of seconds from 0 to ${MAX_WAIT_SECONDS}`);
  }
  return Math.round(seconds * 1_000);
}

export const readLimit = (parameters: Parameters): number => readPageSize(parameters, MAX_PAGE, DEFAULT_PAGE);

/** Lines of a day, events of a timeline. */
export const readLineLimit = (parameters: Parameters): number => readPageSize(parameters, MAX_LINES, MAX_LINES);

function readPageSize(parameters: Parameters, most: number, otherwise: number): number {
  const limit = readNumber(parameters?.limit);
  if (limit === undefined) return otherwise;
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= most))
    fail('invalid_parameter', `limit is a whole number from 1 to ${most}`);
  return limit;
}

/** A JSON number, which is what the document calls one; NaN when it is there and is none. */
function readNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** Price levels of each side of a book. */
export function readLevels(parameters: Parameters): number {
  const levels = readNumber(parameters?.levels);
  if (levels === undefined) return MAX_LEVELS;
  if (!(Number.isInteger(levels) && levels >= 1 && levels <= MAX_LEVELS)) {
    fail('invalid_parameter', `levels is a whole number from 1 to ${MAX_LEVELS}`);
  }
  return levels;
}

const INSTANT = z.iso.datetime({ offset: true });

/** Epoch milliseconds; undefined when it is absent. */
export function readInstant(parameters: Parameters, name: string): number | undefined {
  const text = parameters?.[name];
  if (text === undefined) return undefined;
  const instant = INSTANT.safeParse(text);
  if (!instant.success) {
    fail('invalid_parameter', `${name} is a date and time with its zone: 2026-11-21T10:00:00Z`);
  }
  return Date.parse(instant.data);
}

export function readUser(parameters: Parameters): string {
  const user = orderSchema.shape.user.safeParse(parameters?.user);
  if (!user.success) fail('invalid_parameter', 'Say whose orders: /orders?user=john');
  return user.data;
}

export const CURSOR_RULE = 'cursor is the value of next_cursor of an earlier page';

/** DynamoDB takes no empty key and no key of a kilobyte. */
const keyPart = z.string().min(1).max(250);
const pageKey = z.object({ order_id: GUID, sk: keyPart, listed_at: keyPart });

/** The name after which a next page begins, of an item or of an entry, opaque to the caller. */
export const writeNameCursor = (name: string): string => Buffer.from(name).toString('base64url');

export function readNameCursor(parameters: Parameters): string | undefined {
  const cursor = parameters?.cursor;
  if (cursor === undefined) return undefined;
  const name = Buffer.from(cursor, 'base64url').toString();
  if (name === '' || writeNameCursor(name) !== cursor) fail('invalid_parameter', CURSOR_RULE);
  return name;
}

/** The next page's beginning, opaque to the caller; the user comes from the request, so a cursor opens nobody else's list. */
export const writeCursor = (key: PageKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

export function readCursor(parameters: Parameters): PageKey | undefined {
  const cursor = parameters?.cursor;
  if (cursor === undefined) return undefined;
  try {
    return pageKey.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    fail('invalid_parameter', CURSOR_RULE);
  }
}
