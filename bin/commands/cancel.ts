import pc from 'picocolors';
import type { Accepted } from '../../lambdas/api/schemas';
import { CommandError } from '../output/failure';
import { runningSystem, sendJson } from '../running';
import { readOrder } from './status';

export interface CancelFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly user?: string;
}

/** Asks to cancel an order, and prints where Kafka has the request. */
export async function cancel(orderId: string, { state, json, user }: CancelFlags): Promise<void> {
  const system = runningSystem(state);
  const owner = user ?? (await readOrder(system, orderId, 2)).order?.user;
  if (owner === undefined) throw new CommandError(`Nobody knows yet whose order ${orderId} is: say so with --user`);
  const path = `/orders/${encodeURIComponent(orderId)}/cancel`;
  const accepted = await sendJson<Accepted>(system, 'POST', path, { user: owner });
  process.stdout.write(`${json ? JSON.stringify({ user: owner, ...accepted }) : cancelReport(accepted)}\n`);
}

const cancelReport = ({ order_id, topic, partition, offset }: Accepted) =>
  `Asked to cancel ${order_id} ${pc.dim(`${topic}-${partition} @ ${offset}`)}; npx orderflow status ${order_id} --watch shows the outcome`;
