import type { AnalyticsReader } from '../analytics/analytics-store';
import { MAX_RANGE_MS, MINUTE_MS, readAnalytics } from '../analytics/read-analytics';
import type { ApiEvent } from '../api/event';
import { MAX_ANALYTICS_HOURS } from '../api/limits';
import { fail } from '../api/problem';
import type { AnalyticsView } from '../api/view-schemas';
import { answered } from './answered';
import { readInstant } from './parameters';

export interface AnalyticsPorts {
  readonly analytics: AnalyticsReader;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Figures of a range: `to` is now when it is absent, `from` an hour before it. */
export async function getAnalytics(event: ApiEvent, { analytics, now }: AnalyticsPorts): Promise<AnalyticsView> {
  const parameters = event.queryStringParameters;
  const to = readInstant(parameters, 'to') ?? now();
  const from = readInstant(parameters, 'from') ?? to - 60 * MINUTE_MS;
  if (from >= to) fail('invalid_parameter', 'from must be before to, which is now when it is absent');
  if (to - from > MAX_RANGE_MS)
    fail('invalid_parameter', `At most ${MAX_ANALYTICS_HOURS} hours may be asked for at once`);
  return answered('figures', readAnalytics(analytics, { from, to }));
}
