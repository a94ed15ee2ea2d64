import type * as z from 'zod';
import { readOrderJson } from '../order/json';
import { faultsText, pointerOf } from '../order/order';
import { readJsonBody } from './body';
import type { ApiEvent } from './event';
import { fail } from './problem';

/**
 * The request's body by its schema; prices given as numbers are read from their literals.
 *
 * @throws ProblemError: those of {@link readJsonBody}, 400 for what is not JSON, 422 with what is wrong and where.
 */
export function readBody<T>(event: ApiEvent, schema: z.ZodType<T>): T {
  const json = readOrderJson(readJsonBody(event));
  if (!json.ok) fail('malformed_body', `The body ${json.fault}`);
  const result = schema.safeParse(json.value);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ pointer: pointerOf(path), detail: message }));
  fail('invalid_body', faultsText(errors), { errors });
}
