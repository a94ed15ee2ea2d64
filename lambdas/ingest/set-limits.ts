import type { Reply } from '../api/dispatch';
import type { ApiEvent } from '../api/event';
import { everybodysLimitsSchema, itemLimitsSchema, type LimitsView, userLimitsSchema } from '../api/limit-schemas';
import { readItem, readUserName } from '../api/path-parameters';
import { fail } from '../api/problem';
import { readBody } from '../api/read-body';
import { DependencyError, OrderflowError } from '../errors';
import { type LimitScope, limitName } from '../limits/limit-row';
import type { LimitRegister } from '../limits/signed-limit-register';

export interface LimitPorts {
  /** Opened at the first change, which few environments ever see. */
  readonly limitRegister: () => Promise<LimitRegister>;
}

/** Changes what orders are judged by from now on: of everybody, of a user, of an item. */
export async function setLimits(of: LimitScope['of'], event: ApiEvent, { limitRegister }: LimitPorts): Promise<Reply> {
  const scope = scopeOf(of, event);
  const changes = readBody(event, schemas[of]);
  if (Object.values(changes).every((value) => value === undefined)) {
    fail('invalid_body', `Say which limit changes: ${Object.keys(schemas[of].shape).join(', ')}`);
  }
  const register = await limitRegister();
  try {
    const body: LimitsView = { ...scope, set: await register.change(scope, changes) };
    return { status: 200, body };
  } catch (cause) {
    if (cause instanceof OrderflowError) throw cause;
    throw new DependencyError('dynamodb_unavailable', `DynamoDB did not take the limits of ${limitName(scope)}`, {
      cause,
    });
  }
}

const schemas = { everybody: everybodysLimitsSchema, user: userLimitsSchema, item: itemLimitsSchema } as const;

function scopeOf(of: LimitScope['of'], { pathParameters }: ApiEvent): LimitScope {
  if (of === 'everybody') return { of };
  return { of, name: of === 'user' ? readUserName(pathParameters) : readItem(pathParameters) };
}
