import { readEvent } from '../events/read-event';
import type { Consumer } from '../kafka/consume';
import type { AnalyticsStore } from './analytics-store';
import { contributionOf, windowOf } from './contribution';
import { countWindows } from './count-windows';
import { markOf } from './marks';
import type { Counted } from './source-state';

/** A republished event is absorbed if at most this many others of its partition were counted in between. */
export const DISTANCE = 10_000;
const CHUNK = 128;

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
      const mark = markOf(record.offset, event.event_id);
      const window = windowOf(Date.parse(event.time));
      return [{ key: `${record.topic}-${record.partition}`, id: event.event_id, event: { mark, window, figures } }];
    },
    effect: countWindows({ store, distance: DISTANCE, chunk: CHUNK }),
  };
}
