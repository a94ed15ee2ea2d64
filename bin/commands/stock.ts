import pc from 'picocolors';
import type { StockAccepted } from '../../lambdas/api/item-schemas';
import { pathName } from '../../lambdas/api/path-names';
import { readNumber } from '../assignments';
import { receiptOutcome } from '../outcome';
import { CommandError } from '../output/failure';
import { quoted } from '../output/hints';
import { visible } from '../output/visible';
import { runningSystem, sendJson } from '../running';

export interface StockFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly receipt?: string;
  readonly wait: string;
}

/** Changes an item's stock, and prints where Kafka has the receipt and what inventory decided. Code 1 when it is refused. */
export async function stock(item: string, deltaText: string, flags: StockFlags): Promise<void> {
  const delta = readDelta(deltaText);
  const seconds = readNumber('--wait', flags.wait, 0, 3_600);
  const system = runningSystem(flags.state);
  const change = { delta, ...(flags.receipt && { receipt_id: flags.receipt }) };
  const accepted = await sendJson<StockAccepted>(system, 'POST', `/items/${pathName(item)}/stock`, change);
  const print = (text: string) => process.stdout.write(`${text}\n`);
  if (!flags.json) print(stockReport(item, delta, accepted));
  const outcome = seconds === 0 ? undefined : await receiptOutcome(system, item, accepted.receipt_id, seconds);
  if (flags.json) print(JSON.stringify({ item, delta, ...accepted, ...(outcome && { outcome }) }));
  else if (outcome && !outcome.refused) print('Applied.');
  if (outcome?.refused) throw new CommandError(`Inventory refused it: ${outcome.why}`);
  if (!outcome && seconds > 0) throw new CommandError(undecided(item, delta, accepted, seconds));
}

export const stockReport = (item: string, delta: number, { receipt_id, topic, partition, offset }: StockAccepted) =>
  `Stock of ${visible(item)} ${delta > 0 ? '+' : ''}${delta}, receipt ${visible(receipt_id)}: accepted, inventory decides ${pc.dim(`${topic}-${partition} @ ${offset}`)}`;

const undecided = (item: string, delta: number, { receipt_id }: StockAccepted, seconds: number) =>
  `Inventory has not decided after ${seconds} s; the receipt is kept, and asking again counts once: npx orderflow stock ${quoted(item)} ${delta} --receipt ${quoted(receipt_id)}`;

function readDelta(text: string): number {
  if (/^[+-]?\d{1,10}$/.test(text) && Number(text) !== 0) return Number(text);
  throw new CommandError(`${text} is no change of a stock: write a whole number such as 100, or -5 to take away`);
}
