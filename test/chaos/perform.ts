import { runBounded } from '../../lambdas/kafka/run-bounded';
import { connectSender } from '../../local/mapping/kafkajs-send';
import type { RunningSystem } from '../../local/up';
import type { Act } from './workload';

const AT_ONCE = 8;
const PATIENCE_MS = 60_000;

export interface Actors {
  /** Resolves when every act of the wave was acknowledged; what was not is done again, as it is. */
  perform(wave: readonly Act[]): Promise<void>;
  setPrice(item: string, price: string): Promise<void>;
  close(): Promise<void>;
}

/** Does to a system what people do: by HTTP, and as any producer of Kafka. */
export async function connectActors({ endpoints }: Pick<RunningSystem, 'endpoints'>): Promise<Actors> {
  const sender = await connectSender(endpoints.kafka);
  const post = (path: string, body: unknown) => untilAcknowledged(`${endpoints.api}${path}`, 'POST', body);
  const perform = async (act: Act) => {
    if (act.do === 'post') await post('/orders/batch', act.orders);
    else if (act.do === 'cancel') await post(`/orders/${act.order_id}/cancel`, { user: act.user });
    else if (act.do === 'stock') {
      await post(`/items/${act.item}/stock`, { delta: act.delta, receipt_id: act.receipt_id });
    } else await sender.send({ topic: act.topic, key: null, value: act.value });
  };
  return {
    perform: (wave) => runBounded(wave, AT_ONCE, perform),
    setPrice: (item, price) => untilAcknowledged(`${endpoints.api}/items/${item}`, 'PUT', { price }),
    close: () => sender.close(),
  };
}

/** The function that answers may be killed before it does: nobody knows what became of the request, and it is sent again. */
async function untilAcknowledged(url: string, method: string, body: unknown): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).catch((error: Error) => error);
    if (!(answer instanceof Error)) {
      const text = await answer.text();
      if (answer.status < 300) return;
      if (answer.status < 500) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`);
    }
    if (Date.now() > deadline) throw new Error(`${method} ${url} was not acknowledged within ${PATIENCE_MS} ms`);
  }
}
