import type { Codec } from './codecs';

/** What a batch says of all its records. */
export interface BatchHead {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** Undefined: a number that Kafka has not given out. */
  readonly codec: Codec | undefined;
  /** Epoch milliseconds. */
  readonly baseTimestamp: number;
  /** Epoch milliseconds. */
  readonly maxTimestamp: number;
  readonly timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME';
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly producerId: bigint;
  readonly count: number;
}
