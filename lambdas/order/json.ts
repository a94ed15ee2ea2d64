import { LosslessNumber, parse as parseLossless } from 'lossless-json';
import { plainLiteral } from './decimal';

/** What a number of the text looked like to its sender: `3200.10`, `1e2`. */
const EXACT_FIELDS = ['price', 'quantity'] as const;

/** A quantity written with a point or an exponent may be no integer although its nearest double is one. */
const QUANTITY_WITH_FRACTION = /"quantity"\s*:\s*-?\d+[.eE]/;

export type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly fault: string };

/**
 * Parses the JSON of an order or of a list of orders; prices given as numbers become text, read from their literals, as
 * `JSON.parse` would already have rounded them (https://www.rfc-editor.org/rfc/rfc8259#section-6).
 *
 * The native parser does all the work as long as no such number stands there; `JSON.parse` stays the authority on
 * structure even then, so a text means the same on both paths.
 */
export function readOrderJson(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, fault: `is not JSON: ${(error as Error).message}` };
  }
  const orders = Array.isArray(value) ? value : [value];
  if (!orders.some(hasNumberPrice) && !QUANTITY_WITH_FRACTION.test(text)) return { ok: true, value };
  return withLiterals(text, value, orders);
}

function withLiterals(text: string, value: unknown, orders: readonly unknown[]): Json {
  let exact: unknown;
  try {
    exact = parseLossless(text, null, { onDuplicateKey: ({ newValue }) => newValue });
  } catch {
    // JSON.parse took the text, so this is its depth: the lossless parser recurses.
    return { ok: false, fault: 'is nested too deeply' };
  }
  const literals: unknown[] = Array.isArray(exact) ? exact : [exact];
  for (const [index, order] of orders.entries()) {
    if (isObject(order)) copyLiterals(order, literals[index]);
  }
  return { ok: true, value };
}

function copyLiterals(order: Record<string, unknown>, exact: unknown): void {
  for (const field of EXACT_FIELDS) {
    if (typeof order[field] !== 'number' || !Object.hasOwn(order, field)) continue;
    const literal = (exact as Record<string, unknown>)[field];
    if (!(literal instanceof LosslessNumber)) continue;
    const plain = plainLiteral(literal.value);
    if (field === 'price') order.price = plain;
    // Not the integer its double looks like: let the schema see something that is none.
    else if (/\.0*[1-9]/.test(plain)) order.quantity = Number.NaN;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasNumberPrice = (order: unknown) => isObject(order) && typeof order.price === 'number';
