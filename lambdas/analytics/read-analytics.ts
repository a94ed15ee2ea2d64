import type { AnalyticsReader } from './analytics-store';
import { windowOf } from './contribution';
import { type Figures, type ItemFigures, minus, sumFigures } from './figures';

/** Figures as they are shown. */
export interface Summary {
  /** Orders that were judged: approved and rejected. */
  readonly orders: number;
  readonly approved: number;
  readonly rejected: number;
  readonly charged: number;
  readonly declined: number;
  readonly refunded: number;
  readonly completed: number;
  readonly traded: number;
  /** Charges less refunds; all amounts are decimal text and exact. */
  readonly revenue: string;
  readonly charged_amount: string;
  readonly refunded_amount: string;
  readonly traded_amount: string;
  /** Approved among all that were judged, four decimals; null without any. */
  readonly approval_rate: number | null;
  /** Declined among all payments that were tried, likewise. */
  readonly decline_rate: number | null;
}

export interface WindowSummary extends Summary {
  /** When its minute begins, ISO 8601. */
  readonly start: string;
}

export interface TopItem extends ItemFigures {
  readonly item: string;
}

export interface Analytics {
  /** ISO 8601: the first window begins here … */
  readonly from: string;
  /** … and the last one ends here. */
  readonly to: string;
  readonly total: Summary;
  /** Over all minutes of the range, those without orders too. */
  readonly orders_per_minute: number;
  /** By orders, then quantity. */
  readonly top_items: readonly TopItem[];
  /** Windows in which something happened, oldest first. */
  readonly windows: readonly WindowSummary[];
}

export const MINUTE_MS = 60_000;
/** The longest range an answer covers. */
export const MAX_RANGE_MS = 24 * 60 * MINUTE_MS;

/**
 * Answers `GET /analytics?from&to`: sums the windows of all source partitions. Windows are whole minutes: `from` is taken
 * down to its minute, `to` up.
 *
 * @param from epoch milliseconds; before `to`, and at most {@link MAX_RANGE_MS} before it
 */
export async function readAnalytics(
  reader: AnalyticsReader,
  { from, to, top = 10 }: { readonly from: number; readonly to: number; readonly top?: number },
): Promise<Analytics> {
  const begin = windowOf(from);
  const end = windowOf(to + MINUTE_MS - 1);
  const bySource = new Map<string, Figures[]>();
  for await (const { window, figures } of reader.windows(begin, end)) {
    bySource.set(window, [...(bySource.get(window) ?? []), figures]);
  }
  const windows = [...bySource]
    .map(([window, all]) => ({ window, figures: sumFigures(all) }))
    .sort((one, other) => (one.window < other.window ? -1 : 1));
  const total = sumFigures(windows.map(({ figures }) => figures));
  const summary = summaryOf(total);
  const minutes = (Date.parse(`${end}Z`) - Date.parse(`${begin}Z`)) / MINUTE_MS;
  return {
    from: `${begin}:00Z`,
    to: `${end}:00Z`,
    total: summary,
    orders_per_minute: rounded(summary.orders / minutes),
    top_items: topItems(total, top),
    windows: windows.map(({ window, figures }) => ({ start: `${window}:00Z`, ...summaryOf(figures) })),
  };
}

function summaryOf({ items: _, other_items: __, ...figures }: Figures): Summary {
  const { approved, rejected, charged, declined } = figures;
  return {
    orders: approved + rejected,
    ...figures,
    revenue: minus(figures.charged_amount, figures.refunded_amount),
    approval_rate: rate(approved, rejected),
    decline_rate: rate(declined, charged),
  };
}

const rate = (part: number, rest: number) => (part + rest === 0 ? null : rounded(part / (part + rest)));
const rounded = (value: number) => Math.round(value * 10_000) / 10_000;

function topItems({ items }: Figures, top: number): TopItem[] {
  return items
    .filter(([, { orders }]) => orders > 0)
    .sort(
      ([item, one], [otherItem, other]) =>
        other.orders - one.orders || compareWhole(other.quantity, one.quantity) || (item < otherItem ? -1 : 1),
    )
    .slice(0, top)
    .map(([item, figures]) => ({ item, ...figures }));
}

const compareWhole = (one: string, other: string) => {
  const difference = BigInt(one) - BigInt(other);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};
