import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { monotonicMs } from '../../shared/time';
import type { PriceList } from '../items/dynamo-price-list';
import { batchGet } from '../kafka/dynamo/batches';
import { limitKey, readLimitFields, toLimits } from '../limits/limit-row';
import { combine, type Limits } from './limits';
import { createRecentValues } from './recent-values';
import type { RiskConfiguration } from './terms';

const KEPT_MS = 5_000;

/**
 * Limits from a table with keys `pk` (`everybody`, `user#<name>`, `item#<name>`) and `sk` (`limits`); all attributes are
 * optional: `max_open_notional` (text), `max_quantity` (number), `may_sell_short`, `may_name_price` and `blocked` (`yes` or
 * `no`).
 *
 * What was read is used for five seconds; but that an item has no list price is never remembered, nor believed is one that
 * differs from what an order names, so that an order placed right after its item got a price is not rejected.
 */
export function createDynamoRiskConfiguration(
  client: DynamoDBClient,
  table: string,
  prices: PriceList,
  now: () => number = monotonicMs,
): RiskConfiguration {
  const limits = createRecentValues<Limits | undefined>(KEPT_MS, now, async (names) => {
    const rows = await batchGet(client, table, names.map(limitKey));
    const found = new Map(rows.map((row) => [row.pk?.S as string, toLimits(readLimitFields(row))]));
    return new Map(names.map((name) => [name, found.get(name)]));
  });
  const listPrices = createRecentValues<string>(KEPT_MS, now, (items) => prices.pricesOf(items));

  return {
    async termsOf(orders) {
      const names = orders.flatMap(({ user, item }) => [`user#${user}`, `item#${item}`]);
      const [found, listed] = await Promise.all([limits(['everybody', ...names]), pricesFor(orders)]);
      return orders.map(({ user, item }) =>
        combine(found.get('everybody'), found.get(`user#${user}`), found.get(`item#${item}`), listed.get(item)),
      );
    },
  };

  async function pricesFor(orders: Parameters<RiskConfiguration['termsOf']>[0]) {
    const items = orders.map(({ item }) => item);
    const listed = await listPrices(items);
    const isDoubted = ({ item, price }: (typeof orders)[number]) =>
      price !== undefined && listed.has(item) && listed.get(item) !== price;
    return orders.some(isDoubted) ? listPrices(items, true) : listed;
  }
}
