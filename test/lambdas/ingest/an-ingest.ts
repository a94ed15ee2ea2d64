import { createApi } from '../../../lambdas/api/dispatch';
import type { ApiEvent } from '../../../lambdas/api/event';
import { createIngest } from '../../../lambdas/ingest/ingest';
import { limitName } from '../../../lambdas/limits/limit-row';
import { MemoryPublisher } from '../kafka/memory-publisher';

/** The function over ports in memory. Ids count up, the clock stands still. */
export function anIngest(publisher = new MemoryPublisher(), { pricesAway = false } = {}) {
  const log = { error: jest.fn() };
  let ids = 0;
  const prices = new Map<string, string>();
  const limits = new Map<string, Record<string, unknown>>();
  const api = createApi<'ingest'>(
    createIngest({
      publisher,
      ordersTopic: 'orders',
      orderEventsTopic: 'order-events',
      orderCommandsTopic: 'order-commands',
      priceList: async () => ({
        async setPrice(item, price) {
          if (pricesAway) throw new Error('connection refused');
          prices.set(item, price);
        },
        async addPrice(item, price) {
          if (prices.has(item)) return false;
          prices.set(item, price);
          return true;
        },
      }),
      limitRegister: async () => ({
        async change(scope, changes) {
          const all: Record<string, unknown> = { ...limits.get(limitName(scope)), ...changes };
          for (const [name, value] of Object.entries(all)) if (value === null) delete all[name];
          limits.set(limitName(scope), all);
          return all;
        },
      }),
      now: () => new Date('2026-11-21T10:42:09.000Z'),
      newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
      log,
    }),
    log,
  );
  const call = async (event: ApiEvent) => {
    const { statusCode, headers, body } = await api(event);
    return { status: statusCode, headers: headers ?? {}, body: JSON.parse(body ?? '') };
  };
  return { call, publisher, log, prices, limits };
}
