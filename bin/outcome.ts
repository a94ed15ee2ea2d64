import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceiptOutcome } from '../lambdas/api/item-schemas';
import { pathName } from '../lambdas/api/path-names';
import type { OrderView } from '../lambdas/api/schemas';
import type { Order } from '../lambdas/order/order';
import { withWords } from '../lambdas/order/reasons';
import type { SystemRecord } from '../local/state';
import type { OrderFields } from './order-text';
import { CommandError } from './output/failure';
import { callApi, problemOf } from './running';

type System = Pick<SystemRecord, 'endpoints'>;

const POLL_MS = 200;
/** What the API waits at most. */
const ASK_SECONDS = 10;

/** What came of something that was accepted first and decided later. */
export interface Outcome {
  /** `applied`, `cancelled`, `approved`; `refused`, `rejected`. */
  readonly status: string;
  readonly refused: boolean;
  /** `no_price: this item has no list price; …` */
  readonly why?: string;
}

/** What inventory decided about a receipt; undefined when it has not within the time. */
export async function receiptOutcome(
  system: System,
  item: string,
  receiptId: string,
  seconds: number,
): Promise<Outcome | undefined> {
  const place = `/items/${pathName(item)}/stock/${pathName(receiptId)}`;
  const receipt = await until<ReceiptOutcome>(seconds, (wait) => ask(system, `${place}?wait=${wait}`));
  if (!receipt) return undefined;
  const { status, reason, reason_text } = receipt;
  return {
    status,
    refused: status === 'refused',
    ...(reason && { why: reason_text ? `${reason}: ${reason_text}` : withWords(reason) }),
  };
}

/**
 * Whether risk took an order; undefined when it has not said within the time. Another order that stands under its id was there
 * first.
 */
export const placementOutcome = (
  system: System,
  order: OrderFields & { readonly order_id: string },
  seconds: number,
): Promise<Outcome | undefined> =>
  orderOutcome(system, order.order_id, seconds, ({ status, order: judged, timeline }) => {
    if (status === 'placed') return undefined;
    if (judged && !isSame(order, judged)) return { type: 'order.conflicted', data: { reason: 'order_id_conflict' } };
    return timeline.find(({ type }) => type === 'order.rejected') ?? { type: `order.${status}`, data: {} };
  });

const isSame = (order: OrderFields, judged: Order) =>
  (['user', 'item', 'quantity', 'side'] as const).every((name) => order[name] === judged[name]);

/** What came of a request to cancel an order; undefined when nobody has said within the time. */
export const cancelOutcome = (system: System, orderId: string, seconds: number): Promise<Outcome | undefined> =>
  orderOutcome(system, orderId, seconds, ({ timeline }) =>
    ['order.cancelled', 'order.cancel_refused']
      .map((type) => timeline.find((event) => event.type === type))
      .find((event) => event !== undefined),
  );

const REFUSALS: ReadonlySet<string> = new Set(['order.rejected', 'order.conflicted', 'order.cancel_refused']);

async function orderOutcome(
  system: System,
  orderId: string,
  seconds: number,
  deciding: (view: OrderView) => Pick<OrderView['timeline'][number], 'type' | 'data'> | undefined,
): Promise<Outcome | undefined> {
  const event = await until(seconds, async (wait) => {
    const view = await ask<OrderView>(system, `/orders/${encodeURIComponent(orderId)}?wait=${wait}`);
    return view && deciding(view);
  });
  if (!event) return undefined;
  const { reason } = event.data;
  return {
    status: event.type.replace(/^order\./, '').replace('cancel_refused', 'refused'),
    refused: REFUSALS.has(event.type),
    ...(typeof reason === 'string' && { why: withWords(reason) }),
  };
}

/** Undefined for what is not there yet. @throws CommandError for any other answer but the thing itself */
async function ask<Body>(system: System, path: string): Promise<Body | undefined> {
  const answer = await callApi(system, path);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw new CommandError(problemOf(answer));
  return answer.body as Body;
}

/** Asks again until there is an answer or the time is up; once at least. */
async function until<T>(seconds: number, look: (wait: number) => Promise<T | undefined>): Promise<T | undefined> {
  const end = performance.now() + seconds * 1_000;
  for (;;) {
    const left = Math.max(0, end - performance.now());
    const found = await look(Math.min(ASK_SECONDS, Math.floor(left / 1_000)));
    if (found !== undefined || performance.now() >= end) return found;
    await sleep(Math.min(POLL_MS, left));
  }
}
