import pc from 'picocolors';
import type { LimitsView } from '../../lambdas/api/limit-schemas';
import { pathName } from '../../lambdas/api/path-names';
import { readNumber } from '../assignments';
import { CommandError } from '../output/failure';
import { visible } from '../output/visible';
import { getJson, runningSystem, sendJson } from '../running';

interface ScopeFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly user?: string;
  readonly item?: string;
}

export interface LimitFlags extends ScopeFlags {
  readonly maxOpenNotional?: string;
  readonly maxQuantity?: string;
  readonly maySellShort?: string;
  readonly mayNamePrice?: string;
}

/** Prints the limits of everybody, a user or an item: those that are set there, and those that hold. */
export async function show(flags: ScopeFlags): Promise<void> {
  print(await getJson<LimitsView>(runningSystem(flags.state), pathOf(flags)), flags);
}

/** Changes the limits that are named; `default` takes one back. */
export async function set(flags: LimitFlags): Promise<void> {
  const changes = {
    ...given('max_open_notional', flags.maxOpenNotional, String),
    ...given('max_quantity', flags.maxQuantity, (text) => readNumber('--max-quantity', text, 1, 1_000_000_000)),
    ...given('may_sell_short', flags.maySellShort, (text) => readYesOrNo('--may-sell-short', text)),
    ...given('may_name_price', flags.mayNamePrice, (text) => readYesOrNo('--may-name-price', text)),
  };
  if (Object.keys(changes).length === 0) {
    throw new CommandError(
      'Say which limit changes: --max-open-notional, --max-quantity, --may-sell-short or --may-name-price; default takes one back',
    );
  }
  await change(flags, changes);
}

/** Refuses all orders of a user, or for an item, from now on; those that were approved go their way. */
export const block = (user: string | undefined, flags: ScopeFlags): Promise<void> =>
  change(scopeOf(user, flags), { blocked: true });

export const unblock = (user: string | undefined, flags: ScopeFlags): Promise<void> =>
  change(scopeOf(user, flags), { blocked: null });

function scopeOf(user: string | undefined, flags: ScopeFlags): ScopeFlags {
  if ((user === undefined) === (flags.item === undefined)) {
    throw new CommandError('Say who or what: the name of a user, or --item <name>');
  }
  return { ...flags, ...(user !== undefined && { user }) };
}

async function change(flags: ScopeFlags, changes: object): Promise<void> {
  const system = runningSystem(flags.state);
  await sendJson(system, 'PATCH', pathOf(flags), changes);
  print(await getJson<LimitsView>(system, pathOf(flags)), flags);
}

function pathOf({ user, item }: ScopeFlags): string {
  if (user !== undefined && item !== undefined)
    throw new CommandError("Limits are a user's or an item's: give --user or --item");
  if (user !== undefined) return `/limits/users/${pathName(user)}`;
  return item === undefined ? '/limits' : `/limits/items/${pathName(item)}`;
}

const given = <T>(name: string, text: string | undefined, read: (text: string) => T) =>
  text === undefined ? {} : { [name]: text === 'default' ? null : read(text) };

function readYesOrNo(option: string, text: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new CommandError(`${option} ${text} is none of yes, no and default`);
}

const print = (view: LimitsView, { json }: ScopeFlags) =>
  process.stdout.write(`${json ? JSON.stringify(view) : limitsReport(view)}\n`);

/** A line for each limit that holds, those that are set for just this marked. */
export function limitsReport({ of, name, set, in_force = {} as never }: LimitsView): string {
  const whose = name === undefined ? of : `${of} ${visible(name)}`;
  const lines = Object.entries(in_force).map(([limit, value]) => {
    const said = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
    return `  ${limit.padEnd(18)} ${said.padEnd(12)} ${limit in set ? 'set here' : ''}`.trimEnd();
  });
  return [pc.bold(`Limits of ${whose}`), ...lines].join('\n');
}
