import * as z from 'zod';
import { DEFAULT_PAGE, MAX_PAGE, MAX_WAIT_SECONDS } from '../api/limits';
import { fail } from '../api/problem';
import type { PageKey } from './order-reader';

type Parameters = Readonly<Record<string, string | undefined>> | undefined;

const GUID = z.guid();

/** @throws ProblemError 400 when the path names no UUID. */
export function readOrderId(parameters: Parameters): string {
  const id = GUID.safeParse(parameters?.id);
  if (!id.success) fail('invalid_parameter', 'The path names an order by its order_id, a UUID');
  return id.data.toLowerCase();
}

/** Milliseconds to wait until an order is tracked; 0 when not asked for. */
export function readWait(parameters: Parameters): number {
  const seconds = readNumber(parameters?.wait, /^\d{1,2}(?:\.\d{1,3})?$/);
  if (seconds === undefined) return 0;
  if (!(seconds <= MAX_WAIT_SECONDS)) {
    fail('invalid_parameter', `wait is a number of seconds from 0 to ${MAX_WAIT_SECONDS}`);
  }
  return seconds * 1_000;
}

export function readLimit(parameters: Parameters): number {
  const limit = readNumber(parameters?.limit, /^\d{1,3}$/);
  if (limit === undefined) return DEFAULT_PAGE;
  if (!(limit >= 1 && limit <= MAX_PAGE)) {
    fail('invalid_parameter', `limit is a whole number from 1 to ${MAX_PAGE}`);
  }
  return limit;
}

/** NaN when it is there and does not look like the number it should be. */
function readNumber(text: string | undefined, shape: RegExp): number | undefined {
  if (text === undefined) return undefined;
  return shape.test(text) ? Number(text) : Number.NaN;
}

export function readUser(parameters: Parameters): string {
  const user = parameters?.user;
  if (!user) fail('invalid_parameter', 'Say whose orders: /orders?user=john');
  return user;
}

const pageKey = z.strictObject({ order_id: GUID, sk: z.string().min(1), listed_at: z.string().min(1) });

/** The next page's beginning, opaque to the caller; the user comes from the request, so a cursor opens nobody else's list. */
export const writeCursor = (key: PageKey): string => Buffer.from(JSON.stringify(key)).toString('base64url');

export function readCursor(parameters: Parameters): PageKey | undefined {
  const cursor = parameters?.cursor;
  if (cursor === undefined) return undefined;
  try {
    return pageKey.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    fail('invalid_parameter', 'cursor is the value of next_cursor of an earlier page');
  }
}
