import type { AnalyticsReader } from '../../../lambdas/analytics/analytics-store';
import { createApi } from '../../../lambdas/api/dispatch';
import type { ApiEvent } from '../../../lambdas/api/event';
import type { ReceiptView, StockView } from '../../../lambdas/inventory/dynamo-stock-reader';
import type { LimitFields } from '../../../lambdas/limits/limit-row';
import type { MarketView } from '../../../lambdas/order-book/dynamo-book-reader';
import type { PositionView } from '../../../lambdas/position/dynamo-position-reader';
import { createQuery } from '../../../lambdas/query/query';
import { createCalendar } from '../../../lambdas/reporting/calendar';
import type { Line } from '../../../lambdas/reporting/line';
import type { Issued, ReportReader } from '../../../lambdas/reporting/report-store';
import { MemoryOrderReader } from './memory-order-reader';

/** What the consumers keep, in memory. */
export interface Kept {
  readonly reader: MemoryOrderReader;
  readonly positions: Record<string, readonly PositionView[]>;
  readonly books: Record<string, MarketView>;
  /** By user and day: `john 2026-11-21`. */
  readonly lines: Record<string, readonly Line[]>;
  readonly issued: Record<string, Issued>;
  readonly windows: AnalyticsReader['windows'];
  readonly prices: Record<string, string>;
  readonly stocks: Record<string, StockView>;
  /** By item and receipt: `burger delivery-7`; each answer for one look. */
  readonly receipts: Record<string, (ReceiptView | undefined)[]>;
  /** By name: `user#john`. */
  readonly limits: Record<string, LimitFields>;
}

export const NOW = Date.parse('2026-11-21T10:42:09.000Z');

/** The function over ports in memory; its clocks are still but for what it sleeps. */
export function aQuery(reader = new MemoryOrderReader(), kept: Partial<Kept> = {}, places = 1) {
  let free = places;
  let time = 0;
  const slept: number[] = [];
  const reports: ReportReader = {
    linesOf: async (user, date) => kept.lines?.[`${user} ${date}`] ?? [],
    issuedOf: async (user, date) => kept.issued?.[`${user} ${date}`],
  };
  const api = createApi<'query'>(
    createQuery({
      reader,
      openApi: () => '{"openapi":"3.1.0"}',
      sleep: async (milliseconds) => {
        slept.push(milliseconds);
        time += milliseconds;
      },
      clock: () => time,
      room: {
        enter: async () => {
          if (free === 0) return undefined;
          free -= 1;
          return async () => {
            free += 1;
          };
        },
      },
      now: () => NOW,
      positions: { positionsOf: async (user, limit, after) => pageOf(kept.positions?.[user] ?? [], limit, after) },
      books: {
        market: async (item, levels = 20) => {
          const book = kept.books?.[item];
          return book && { ...book, bids: book.bids.slice(0, levels), asks: book.asks.slice(0, levels) };
        },
      },
      reports,
      prices: {
        pricesOf: async (items) =>
          new Map(items.flatMap((item) => (kept.prices?.[item] ? [[item, kept.prices[item]] as const] : []))),
      },
      stocks: {
        stockOf: async (item) => kept.stocks?.[item],
        receiptOf: async (item, receipt) => kept.receipts?.[`${item} ${receipt}`]?.shift(),
      },
      limits: { limitsOf: async (names) => names.map((name) => kept.limits?.[name] ?? {}) },
      calendar: createCalendar('UTC'),
      analytics: { windows: kept.windows ?? async function* () {} },
    }),
    { error: () => {} },
  );
  const answer = async (event: ApiEvent) => {
    const { statusCode, headers, body } = await api(event);
    return { status: statusCode, headers: headers ?? {}, text: body ?? '' };
  };
  const call = async (event: ApiEvent) => {
    const { text, ...rest } = await answer(event);
    return { ...rest, body: JSON.parse(text) };
  };
  return { call, answer, reader, slept, freePlaces: () => free };
}

function pageOf(all: readonly PositionView[], limit: number, after = '') {
  const rest = all.filter(({ item }) => item > after);
  const positions = rest.slice(0, limit);
  const next = rest.length > limit ? positions.at(-1)?.item : undefined;
  return { positions, ...(next !== undefined && { next }) };
}
