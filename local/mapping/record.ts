import type { RecordHeaders } from '../../shared/kafka-headers';

/** A record as it came from the broker. */
export interface FetchedRecord {
  readonly partition: number;
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME';
  readonly key: Buffer | null;
  /** Null: a tombstone. */
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

/** Records that lie in the topic and cannot be had: too large to be unpacked, or in a batch that cannot be read. */
export interface UnreadRecords {
  readonly kind: 'too-large' | 'unreadable';
  readonly partition: number;
  /** The first of their offsets … */
  readonly from: number;
  /** … and the last. */
  readonly to: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** What they are unpacked, as far as that is known; 0 where it is not. */
  readonly bytes: number;
  /** How their batch is compressed, and what is wrong, in words. */
  readonly cause: string;
}

export const isUnread = (entry: FetchedRecord | UnreadRecords): entry is UnreadRecords => 'kind' in entry;

/** `orders-0 offset 5`, `orders-0 offsets 5 to 9` */
export const placeOf = (topic: string, { partition, from, to }: Pick<UnreadRecords, 'partition' | 'from' | 'to'>) =>
  `${topic}-${partition} ${from === to ? `offset ${from}` : `offsets ${from} to ${to}`}`;

/** A record as the mapping holds it: where it lies, and what Lambda shows of it. */
export interface PolledRecord {
  readonly partition: number;
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** When the mapping got it, by the clock that nobody sets, in milliseconds: the batching window counts from here. */
  readonly arrivedAt: number;
  /** When it was made, by the same clock, as far as the wall clock told at its arrival: its age counts from here. */
  readonly bornAt: number;
  /** The record's object in the event, ASCII, so that its length is its size in bytes. */
  readonly json: string;
  /** Of records that are not here: their JSON says no more than where they lie. */
  readonly unread?: UnreadRecords;
}
