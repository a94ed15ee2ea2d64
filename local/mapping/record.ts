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
  /** In the order written; names repeat. */
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[];
}

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
}
