import { UnresolvedError } from './assembly-error';
import { isObject } from './template';

/** Reads of resolved properties with CloudFormation's coercion: `"5"` is 5, `"true"` is true. */

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

export const numberOf = (value: unknown, what: string): number | undefined => {
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new UnresolvedError(`${what} must be a number, and is ${JSON.stringify(value)}`);
};

export const booleanOf = (value: unknown): boolean | undefined =>
  value === undefined ? undefined : String(value) === 'true';

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(textOf).filter((text) => text !== undefined);

export const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});

export const requiredText = (value: unknown, what: string): string => {
  const text = textOf(value);
  if (text === undefined || text === '') throw new UnresolvedError(`${what} is missing`);
  return text;
};
