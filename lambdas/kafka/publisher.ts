import type { RecordHeaders } from '../../shared/kafka-headers';
import { type Budget, retryWithin } from './retry';

/** A record on its way to Kafka. */
export interface OutgoingRecord {
  readonly topic: string;
  /** Text is sent as UTF-8; null spreads records over partitions. */
  readonly key: string | Buffer | null;
  /** Null is a tombstone. */
  readonly value: string | Buffer | null;
  /** Text is sent as UTF-8. */
  readonly headers?: RecordHeaders<Buffer | string | null>;
}

/** Where a record stands, once the in-sync replicas have it. */
export interface Delivery {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** The narrow door to Kafka's producer, acks=all. */
export interface Publisher {
  /**
   * Sends the records at once, or in several goes, in their order, where they are more than a topic takes in one. Resolves
   * when all in-sync replicas have them; deliveries stand in the order of the records.
   *
   * @param withinMs how long the call may take at most
   * @throws PublishError: the fate of every record of the call is then unknown.
   */
  publish(records: readonly OutgoingRecord[], withinMs?: number): Promise<readonly Delivery[]>;
  close(): Promise<void>;
}

/** Publishes, and tries again while there is time; the last try ends with the budget too. */
export const publishWithin = (
  budget: Budget,
  publisher: Publisher,
  records: readonly OutgoingRecord[],
): Promise<readonly Delivery[]> =>
  retryWithin(budget, () => publisher.publish(records, Math.max(1, budget.remainingMs())));
