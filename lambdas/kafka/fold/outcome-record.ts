import { toRecord } from '../cloud-events';
import type { OutgoingRecord } from '../publisher';
import type { Outcome } from './fold';

/** The same outcome gives the same bytes, whenever it is published. */
export const recordOf = ({ topic, key, source, event }: Outcome): OutgoingRecord =>
  toRecord({
    topic,
    key,
    id: event.event_id,
    type: event.type,
    source,
    time: event.time,
    value: JSON.stringify(event),
  });
