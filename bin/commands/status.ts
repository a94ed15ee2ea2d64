import type { OrderView } from '../../lambdas/api/schemas';
import type { SystemRecord } from '../../local/state';
import { readNumber } from '../assignments';
import { CommandError } from '../output/failure';
import { eventLine, timeline } from '../output/timeline';
import { callApi, type HttpAnswer, problemOf, runningSystem } from '../running';

export interface StatusFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly wait: string;
}

/** Nothing follows on these (partial fills and resting orders still move). */
export const FINAL: ReadonlySet<string> = new Set([
  'refunded',
  'completed',
  'cancelled',
  'declined',
  'filled',
  'rejected',
]);
const WATCH_MS = 300;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Prints an order's status and timeline; with --watch, what happens to it until it is final. */
export async function status(orderId: string, flags: StatusFlags): Promise<void> {
  const system = runningSystem(flags.state);
  let view = await readOrder(system, orderId, readNumber('--wait', flags.wait, 0, 10));
  const print = (text: string) => process.stdout.write(`${text}\n`);
  print(flags.json ? JSON.stringify(view) : timeline(view));
  while (flags.watch && !FINAL.has(view.status)) {
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    const seen = new Set(view.timeline.map(({ event_id }) => event_id));
    view = await readOrder(system, orderId, 0);
    for (const event of view.timeline.filter(({ event_id }) => !seen.has(event_id))) {
      print(flags.json ? JSON.stringify({ status: view.status, ...event }) : `${eventLine(event)}  → ${view.status}`);
    }
  }
}

/** @throws CommandError when the order is not tracked after `wait` seconds, or the API does not answer */
export async function readOrder(
  system: Pick<SystemRecord, 'endpoints'>,
  orderId: string,
  wait: number,
): Promise<OrderView> {
  if (!UUID.test(orderId)) {
    throw new CommandError(`${orderId} is no order_id: that is a UUID, which the answer to an order names`);
  }
  // Whoever finds no place to wait is answered at once.
  const deadline = performance.now() + wait * 1_000;
  let answer: HttpAnswer;
  do {
    const left = Math.ceil(Math.max(0, deadline - performance.now()) / 1_000);
    answer = await callApi(system, `/orders/${orderId}${left > 0 ? `?wait=${left}` : ''}`);
    if (answer.status !== 404 || performance.now() >= deadline) break;
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  } while (performance.now() < deadline);
  if (answer.status === 404) {
    throw new CommandError(
      `Order ${orderId} is not tracked: check its id, or give it time: npx orderflow status ${orderId} --wait 10`,
    );
  }
  if (answer.status !== 200) throw new CommandError(problemOf(answer));
  return withWholeTimeline(answer.body as OrderView, system);
}

/** A timeline comes in pages. */
async function withWholeTimeline(view: OrderView, system: Pick<SystemRecord, 'endpoints'>): Promise<OrderView> {
  const { next_cursor: first, ...whole } = view;
  const timeline = [...view.timeline];
  for (let cursor = first; cursor !== undefined; ) {
    const answer = await callApi(system, `/orders/${view.order_id}?cursor=${cursor}`);
    if (answer.status !== 200) throw new CommandError(problemOf(answer));
    const page = answer.body as OrderView;
    timeline.push(...page.timeline);
    cursor = page.next_cursor;
  }
  return { ...whole, timeline };
}
