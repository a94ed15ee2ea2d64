import { monotonicMs } from '../../shared/time';
import { placeOf, type UnreadRecords } from './record';

/** Soon enough for whoever looks at the log of a day, and no more lines than that. */
const AGAIN_MS = 10 * 60_000;

/**
 * Says that a batch cannot be read: when it is met first, and every ten minutes as long as its partition stands before it.
 *
 * @param now milliseconds of a clock that only goes forward
 */
export function createUnreadableTeller(
  topic: string,
  log: (line: string) => void,
  now: () => number = monotonicMs,
): (unread: UnreadRecords) => void {
  const told = new Map<string, number>();
  return (unread) => {
    const place = placeOf(topic, unread);
    const last = told.get(place);
    if (last !== undefined && now() - last < AGAIN_MS) return;
    told.set(place, now());
    log(
      `cannot read ${place} (${unread.cause}): ${topic}-${unread.partition} stands still there, other partitions go on. ` +
        `To leave these records out, start again with \`--skip ${topic}-${unread.partition}@${unread.to}\``,
    );
  };
}
