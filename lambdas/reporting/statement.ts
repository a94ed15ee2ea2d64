import { createHash } from 'node:crypto';
import Big from 'big.js';
import type { Line } from './line';

/** A user's day, as it is issued. */
export interface Statement {
  readonly user: string;
  /** `2026-11-21` */
  readonly date: string;
  /** IANA name of the zone whose day it is. */
  readonly time_zone: string;
  readonly totals: Totals;
  /** In time order. */
  readonly lines: readonly Line[];
  /** SHA-256 of all the above, base64url: the same content has the same digest. */
  readonly digest: string;
}

/** A statement under its number: 1 as it was first issued, the next ones after late lines. */
export interface Revision extends Statement {
  readonly revision: number;
}

/** Exact sums, decimal text. */
export interface Totals {
  readonly charged: string;
  readonly refunded: string;
  /** Charged less refunded. */
  readonly net: string;
  /** What was bought and sold on the books, at the prices of the trades. */
  readonly bought: string;
  readonly sold: string;
}

/** The statement of these lines, in any order; a line that is there twice counts once. Pure. */
export function statementOf(
  day: { readonly user: string; readonly date: string; readonly timeZone: string },
  lines: readonly Line[],
): Statement {
  const distinct = [...new Map(lines.map((line) => [line.event_id, line])).values()].sort(byTime);
  const content = {
    user: day.user,
    date: day.date,
    time_zone: day.timeZone,
    totals: totalsOf(distinct),
    lines: distinct,
  };
  return { ...content, digest: createHash('sha256').update(JSON.stringify(content)).digest('base64url') };
}

function totalsOf(lines: readonly Line[]): Totals {
  const charged = sum(lines, (line) => (line.type === 'order.charged' ? Big(line.amount ?? 0) : undefined));
  const refunded = sum(lines, (line) => (line.type === 'order.refunded' ? Big(line.amount ?? 0) : undefined));
  return {
    charged: charged.toFixed(),
    refunded: refunded.toFixed(),
    net: charged.minus(refunded).toFixed(),
    bought: sum(lines, (line) => turnover(line, 'BUY')).toFixed(),
    sold: sum(lines, (line) => turnover(line, 'SELL')).toFixed(),
  };
}

const turnover = (line: Line, side: 'BUY' | 'SELL') =>
  line.type === 'order.filled' && line.side === side ? Big(line.price ?? 0).times(line.quantity) : undefined;

/** Sums and products of big.js are exact; only quotients and roots round. */
const sum = (lines: readonly Line[], part: (line: Line) => Big | undefined) =>
  lines.reduce((total, line) => total.plus(part(line) ?? 0), Big(0));

const byTime = (one: Line, other: Line) => compare(one.time, other.time) || compare(one.event_id, other.event_id);
const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
