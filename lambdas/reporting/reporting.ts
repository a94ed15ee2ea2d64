import { readEvent } from '../events/read-event';
import type { Consumer, Effect } from '../kafka/consume';
import { writeRows } from '../kafka/rows/write-rows';
import type { Calendar } from './calendar';
import { lineOf, type PlacedLine } from './line';
import type { LineStore } from './report-store';

export interface ReportingPorts {
  readonly store: LineStore;
  readonly calendar: Calendar;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Keeps the lines of each user's day, each fixed by its event: they are only ever added, so that nothing needs a condition,
 * and a repeat adds nothing that a statement would count. Sums are made when one is.
 */
export function createReporting(ports: ReportingPorts): Consumer<PlacedLine> {
  return {
    name: 'reporting',
    split: (record) => {
      const event = readEvent(record);
      const placed = lineOf(event, ports.calendar);
      return placed ? [{ key: `${placed.date}#${placed.user}`, id: placed.line.event_id, event: placed }] : [];
    },
    effect: writeLines(ports),
  };
}

function writeLines({ store, calendar, now }: ReportingPorts): Effect<PlacedLine> {
  return writeRows(async (lines) => {
    await store.putLines(lines);
    // Asked after the write: a line of a day that is not over now is seen by whoever closes the day. And noted after it:
    // whoever reads the note finds the line.
    const today = calendar.dayOf(now());
    const late = lines.filter(({ date }) => date < today);
    if (late.length === 0) return;
    await store.noteLate(late.map(({ user, date, line }) => ({ user, date, eventId: line.event_id })));
  });
}
