import { randomUUID } from 'node:crypto';
import { runBounded } from '../../lambdas/kafka/run-bounded';

const BATCH = 20;
const PAUSE_MS = 100;
/** Between two batches: a pipeline that is shared with nobody keeps up. */
const BETWEEN_MS = 400;
const READS_AT_ONCE = 8;

export interface TrackedOrder {
  readonly order_id: string;
  readonly timeline: readonly { readonly event_id: string; readonly type: string }[];
}

/** Somebody who places orders without a break, and notes those that were acknowledged. */
export interface Customer {
  readonly user: string;
  readonly acknowledged: readonly string[];
  /** Resolves when so many more were acknowledged. */
  more(orders: number): Promise<void>;
  stop(): Promise<void>;
}

export function startCustomer(url: string): Customer {
  const user = `customer-${randomUUID().slice(0, 8)}`;
  const acknowledged: string[] = [];
  let waiting: { readonly at: number; readonly resolve: () => void }[] = [];
  let going = true;

  const place = async () => {
    const orders = Array.from({ length: BATCH }, () => ({ order_id: randomUUID(), user, item: 'burger', quantity: 1 }));
    const answer = await post(`${url}/orders/batch`, orders);
    if (answer !== 202) return;
    acknowledged.push(...orders.map(({ order_id }) => order_id));
    for (const { at, resolve } of waiting) if (acknowledged.length >= at) resolve();
    waiting = waiting.filter(({ at }) => acknowledged.length < at);
  };
  const placing = (async () => {
    while (going) {
      await place();
      await pause(BETWEEN_MS);
    }
  })();
  return {
    user,
    acknowledged,
    more: (orders) => new Promise((resolve) => waiting.push({ at: acknowledged.length + orders, resolve })),
    async stop() {
      going = false;
      await placing;
    },
  };
}

/** @returns the status, 0 when nobody answers */
async function post(url: string, body: unknown): Promise<number> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

/** Seconds until an order that is placed now is acknowledged and tracked; it is placed again until it is. */
export async function secondsUntilTracked(url: string, patienceMs: number): Promise<number> {
  const started = performance.now();
  const order_id = randomUUID();
  const order = { order_id, user: 'probe', item: 'burger', quantity: 1 };
  const left = () => started + patienceMs - performance.now();
  while ((await post(`${url}/orders`, order)) !== 202 && left() > 0) await pause();
  await readOrder(url, order_id, left());
  return (performance.now() - started) / 1_000;
}

/** Reads orders once their placements are tracked. @throws Error naming the first that is not in time */
export async function readOrders(url: string, ids: readonly string[], patienceMs: number): Promise<TrackedOrder[]> {
  const deadline = Date.now() + patienceMs;
  const orders: TrackedOrder[] = [];
  await runBounded(ids, READS_AT_ONCE, async (id) => {
    orders.push(await readOrder(url, id, deadline - Date.now()));
  });
  return orders;
}

async function readOrder(url: string, id: string, patienceMs: number): Promise<TrackedOrder> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await fetch(`${url}/orders/${id}?wait=10`).catch(() => undefined);
    const body = await answer?.json().catch(() => undefined);
    if (answer?.status === 200 && isPlaced(body as TrackedOrder)) return body as TrackedOrder;
    if (Date.now() > deadline) {
      throw new Error(`Order ${id} is not tracked after ${patienceMs} ms (${answer?.status}, ${JSON.stringify(body)})`);
    }
    await pause();
  }
}

/** What became of an order may be tracked before its placement: they come by different topics. */
const isPlaced = ({ timeline }: TrackedOrder) => timeline.some(({ type }) => type === 'order.placed');

/** Ids of all orders of a user as they are listed. */
export async function listOrders(url: string, user: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const answer = await fetch(`${url}/orders?user=${user}&limit=100${cursor ? `&cursor=${cursor}` : ''}`);
    const page = (await answer.json()) as { orders: { order_id: string }[]; next_cursor?: string };
    ids.push(...page.orders.map(({ order_id }) => order_id));
    cursor = page.next_cursor;
  } while (cursor);
  return ids;
}

const pause = (milliseconds = PAUSE_MS) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
