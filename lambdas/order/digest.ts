import { hash } from 'node:crypto';
import type { Order } from './order';

/** Of Base64's characters: 128 bits, which tell bodies under one id apart. */
const DIGEST_LENGTH = 22;

/**
 * How each field of an order takes part. Digests are kept for as long as claims are, so the form of those that were made may
 * never change: the first five fields stand by place, absent as null. A field that joins the order later is `named`: it stands
 * as name and value after them, and where it is absent nothing does, so that an order without it keeps its digest.
 *
 * The id stays out, and `placed_at`, which the server sets anew at each repeat of a request.
 */
const coverage = {
  order_id: 'out',
  user: 'placed',
  item: 'placed',
  quantity: 'placed',
  price: 'placed',
  side: 'placed',
  placed_at: 'out',
} as const satisfies Record<keyof Order, 'out' | 'placed' | 'named'>;

type Covered = { [Name in keyof Order as (typeof coverage)[Name] extends 'out' ? never : Name]: Order[Name] };

/** Tells two bodies under one order id apart: equal for the same content, whoever set what around it. */
export const digestOf = (order: Covered): string => digestBy(order, coverage);

/** The digest of fields that are covered so: {@link digestOf} for an order's. */
export function digestBy(
  fields: Readonly<Record<string, string | number | undefined>>,
  covered: Readonly<Record<string, 'out' | 'placed' | 'named'>>,
): string {
  const placed: unknown[] = [];
  const named: unknown[] = [];
  for (const [name, how] of Object.entries(covered)) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (how === 'placed') placed.push(value ?? null);
    if (how === 'named' && value !== undefined) named.push([name, value]);
  }
  return hash('sha256', JSON.stringify([...placed, ...named]), 'base64url').slice(0, DIGEST_LENGTH);
}
