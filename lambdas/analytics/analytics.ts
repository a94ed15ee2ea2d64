import { readEvent } from '../events/read-event';
import type { Consumer } from '../kafka/consume';
import type { AnalyticsStore } from './analytics-store';
import { contributionOf, windowOf } from './contribution';
import { countWindows } from './count-windows';
import { shortId } from './short-id';
import type { Counted } from './source-state';

/**
 * Counts orders, revenue, items and rates in windows of event time: an event counts where its own time says, however late
 * it comes.
 */
export function createAnalytics(store: AnalyticsStore): Consumer<Counted> {
  return {
    name: 'analytics',
    split: (record) => {
      const event = readEvent(record);
      const figures = contributionOf(event);
      if (!figures) return [];
      const id = shortId(event.event_id);
      const window = windowOf(Date.parse(event.time));
      return [{ key: `${record.topic}-${record.partition}`, id: event.event_id, event: { id, window, figures } }];
    },
    effect: countWindows({ store }),
  };
}
