import { actsFor, callerOf } from '../api/caller';
import type { ApiEvent } from '../api/event';
import { readUserName } from '../api/path-parameters';
import { fail } from '../api/problem';
import type { PositionList } from '../api/view-schemas';
import type { PositionReader } from '../position/dynamo-position-reader';
import { readLimit, readNameCursor, writeNameCursor } from './parameters';

export interface PositionPorts {
  readonly positions: PositionReader;
}

/** Who never traded holds nothing, which is an answer. */
export async function getPositions(event: ApiEvent, { positions }: PositionPorts): Promise<PositionList> {
  const user = readUserName(event.pathParameters);
  if (!actsFor(callerOf(event), user)) fail('forbidden', `The token does not allow to see the positions of ${user}`);
  const parameters = event.queryStringParameters;
  const page = await positions.positionsOf(user, readLimit(parameters), readNameCursor(parameters));
  return {
    user,
    positions: page.positions,
    ...(page.next !== undefined && { next_cursor: writeNameCursor(page.next) }),
  };
}
