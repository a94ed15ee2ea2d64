import pc from 'picocolors';
import type { StockAccepted } from '../../lambdas/api/item-schemas';
import { CommandError } from '../output/failure';
import { visible } from '../output/visible';
import { runningSystem, sendJson } from '../running';

export interface StockFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly receipt?: string;
}

/** Changes an item's stock, and prints where Kafka has the receipt. */
export async function stock(item: string, deltaText: string, { state, json, receipt }: StockFlags): Promise<void> {
  const delta = readDelta(deltaText);
  const path = `/items/${encodeURIComponent(item)}/stock`;
  const change = { delta, ...(receipt && { receipt_id: receipt }) };
  const accepted = await sendJson<StockAccepted>(runningSystem(state), 'POST', path, change);
  process.stdout.write(`${json ? JSON.stringify({ item, delta, ...accepted }) : stockReport(item, delta, accepted)}\n`);
}

export const stockReport = (item: string, delta: number, { receipt_id, topic, partition, offset }: StockAccepted) =>
  `Stock of ${visible(item)} ${delta > 0 ? '+' : ''}${delta}, receipt ${visible(receipt_id)} ${pc.dim(`${topic}-${partition} @ ${offset}`)}`;

function readDelta(text: string): number {
  if (/^[+-]?\d{1,10}$/.test(text) && Number(text) !== 0) return Number(text);
  throw new CommandError(`${text} is no change of a stock: write a whole number such as 100, or -5 to take away`);
}
