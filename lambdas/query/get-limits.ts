import type { ApiEvent } from '../api/event';
import type { LimitsView } from '../api/limit-schemas';
import { readItem, readUserName } from '../api/path-parameters';
import type { LimitReader } from '../limits/dynamo-limit-reader';
import { type LimitScope, limitName, toLimits } from '../limits/limit-row';
import { combine } from '../risk/limits';
import { answered } from './answered';

export interface LimitPorts {
  readonly limits: LimitReader;
}

/** What is said of everybody, a user or an item, and what holds of it all. */
export async function getLimits(of: LimitScope['of'], event: ApiEvent, { limits }: LimitPorts): Promise<LimitsView> {
  const { pathParameters } = event;
  const scope: LimitScope =
    of === 'everybody' ? { of } : { of, name: of === 'user' ? readUserName(pathParameters) : readItem(pathParameters) };
  const names = of === 'everybody' ? ['everybody'] : ['everybody', limitName(scope)];
  const [everybody = {}, own] = await answered('limits', limits.limitsOf(names));
  const said = own && toLimits(own);
  const terms = combine(
    toLimits(everybody),
    of === 'user' ? said : undefined,
    of === 'item' ? said : undefined,
    undefined,
  );
  return {
    ...scope,
    set: own ?? everybody,
    in_force: {
      max_open_notional: terms.maxOpenNotional,
      max_quantity: terms.maxQuantity,
      may_sell_short: terms.maySellShort,
      may_name_price: terms.mayNamePrice,
      blocked: terms.blocked !== undefined,
    },
  };
}
