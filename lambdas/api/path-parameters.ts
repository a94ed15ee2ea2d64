import * as z from 'zod';
import { pathNameSchema } from './path-names';
import { fail } from './problem';

type Parameters = Readonly<Record<string, string | undefined>> | undefined;

const GUID = z.guid();

/** @throws ProblemError 400 when the path names no UUID. */
export function readOrderId(parameters: Parameters): string {
  const id = GUID.safeParse(parameters?.id);
  if (!id.success) fail('invalid_parameter', 'The path names an order by its order_id, a UUID');
  return id.data.toLowerCase();
}

/** @throws ProblemError 400 when no order could be for such an item. */
export const readItem = (parameters: Parameters): string => readName('item', parameters?.item);

/** @throws ProblemError 400 when no order could be such a user's. */
export const readUserName = (parameters: Parameters): string => readName('user', parameters?.user);

/** @throws ProblemError 400 when no receipt could have such an id. */
export const readReceipt = (parameters: Parameters): string => readName('receipt', parameters?.receipt);

function readName(what: string, text: string | undefined): string {
  const name = pathNameSchema.safeParse(text);
  if (!name.success) fail('invalid_parameter', `The path's ${what} ${name.error.issues[0]?.message}`);
  return name.data;
}
