import pc from 'picocolors';
import type { Accepted } from '../../lambdas/api/schemas';
import { readNumber } from '../assignments';
import { cancelOutcome } from '../outcome';
import { CommandError } from '../output/failure';
import { runningSystem, sendJson } from '../running';
import { readOrder } from './status';

export interface CancelFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly user?: string;
  readonly wait: string;
}

/** Asks to cancel an order, and prints where Kafka has the request and what came of it. Code 1 when it is refused. */
export async function cancel(orderId: string, flags: CancelFlags): Promise<void> {
  const seconds = readNumber('--wait', flags.wait, 0, 3_600);
  const system = runningSystem(flags.state);
  const owner = flags.user ?? (await readOrder(system, orderId, 2)).order?.user;
  if (owner === undefined) throw new CommandError(`Nobody knows yet whose order ${orderId} is: say so with --user`);
  const path = `/orders/${encodeURIComponent(orderId)}/cancel`;
  const accepted = await sendJson<Accepted>(system, 'POST', path, { user: owner });
  const print = (text: string) => process.stdout.write(`${text}\n`);
  if (!flags.json) print(cancelReport(accepted));
  const outcome = seconds === 0 ? undefined : await cancelOutcome(system, accepted.order_id, seconds);
  if (flags.json) print(JSON.stringify({ user: owner, ...accepted, ...(outcome && { outcome }) }));
  else if (outcome && !outcome.refused) print('Cancelled.');
  if (outcome?.refused) throw new CommandError(`The order is not cancelled: ${outcome.why}`);
  if (!outcome && seconds > 0) {
    throw new CommandError(
      `Nothing is decided after ${seconds} s: is it an order of ${owner}? npx orderflow status ${orderId} --watch shows it`,
    );
  }
}

const cancelReport = ({ order_id, topic, partition, offset }: Accepted) =>
  `Asked to cancel ${order_id}: accepted, the consumer of its item decides ${pc.dim(`${topic}-${partition} @ ${offset}`)}`;
