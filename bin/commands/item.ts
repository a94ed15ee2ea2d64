import pc from 'picocolors';
import type { Item, ItemView } from '../../lambdas/api/item-schemas';
import { pathName } from '../../lambdas/api/path-names';
import { CommandError } from '../output/failure';
import { visible } from '../output/visible';
import { getJson, runningSystem, sendJson } from '../running';

export interface ItemFlags {
  readonly state: string;
  readonly json?: boolean;
}

const pathOf = (item: string) => `/items/${pathName(item)}`;

/** Prints what an item costs, and how many there are. */
export async function show(item: string, { state, json }: ItemFlags): Promise<void> {
  const view = await getJson<ItemView>(runningSystem(state), pathOf(item));
  process.stdout.write(`${json ? JSON.stringify(view) : itemReport(view)}\n`);
}

/** Sets what an item costs from now on. */
export async function price(item: string, text: string, { state, json }: ItemFlags): Promise<void> {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new CommandError(`${text} is no price: write a decimal number such as 5.50`);
  const set = await sendJson<Item>(runningSystem(state), 'PUT', pathOf(item), { price: text });
  process.stdout.write(`${json ? JSON.stringify(set) : `${visible(set.item)} costs ${set.price}`}\n`);
}

export function itemReport({ item, price, stock }: ItemView): string {
  const { available = 0, reserved = 0, waiting = 0 } = stock ?? {};
  const more = [...(reserved > 0 ? [`${reserved} reserved`] : []), ...(waiting > 0 ? [`${waiting} waiting`] : [])];
  const pieces = stock ? [`${available} available`, ...more].join(', ') : pc.dim('no stock came yet');
  return `${pc.bold(visible(item))}  ${price === undefined ? pc.dim('no list price') : price}  ${pieces}`;
}
