/**
 * The system on one page, as data: which topics there are, who writes them, and who reads them.
 *
 * Everything else follows from it: the topics and event source mappings of the stacks, the permissions of each function,
 * the diagram in docs/architecture.md. One mapping and one consumer group for each consumer and topic, as Lambda asks
 * (https://docs.aws.amazon.com/lambda/latest/dg/with-msk-configure.html).
 */

const days = (n: number) => n * 24 * 60 * 60 * 1000;

export interface Topic {
  /** The field of the value that is the record's key: order holds among records of one key. */
  readonly key: string;
  readonly partitions: number;
  /** Milliseconds a record is kept; absent on a compacted topic. */
  readonly retentionMs?: number;
  readonly compacted?: boolean;
  /** Largest record batch the topic takes, in bytes. */
  readonly maxMessageBytes: number;
}

export interface Subscription {
  readonly topic: TopicName;
  /** Must be unique across mappings; the consumer's first subscription carries its plain group name. */
  readonly group: string;
  readonly batchSize: number;
  /** Seconds; absent means Lambda's 500 ms default, 0 the lowest latency. */
  readonly batchingWindow?: number;
}

export interface Consumer {
  /** What it does, in a line, for the diagram and the documents. */
  readonly does: string;
  readonly reads: readonly Subscription[];
  readonly writes: readonly TopicName[];
  readonly deadLetters: TopicName;
}

const MAX_MESSAGE_BYTES = 1_048_588;

const events = (key: string): Topic => ({
  key,
  partitions: 6,
  retentionMs: days(7),
  maxMessageBytes: MAX_MESSAGE_BYTES,
});

/** Twice the sources' size, so that a record of the largest size still leaves with its headers. */
const deadLetters: Topic = {
  key: 'as the source',
  partitions: 1,
  retentionMs: days(30),
  maxMessageBytes: 2 * MAX_MESSAGE_BYTES,
};

export const topics = {
  orders: events('order_id'),
  'order-events': events('order_id'),
  'order-tracker-dlq': deadLetters,
} as const satisfies Record<string, Topic>;

export type TopicName = keyof typeof topics;

/** Functions that write to Kafka on behalf of a request, not of a record. */
export const producers = {
  ingest: { does: 'takes orders by HTTP', writes: ['orders'] },
} as const satisfies Record<string, { does: string; writes: readonly TopicName[] }>;

export const consumers = {
  tracker: {
    does: "keeps each order's status and timeline",
    reads: [{ topic: 'orders', group: 'order-tracker', batchSize: 500, batchingWindow: 0 }],
    writes: [],
    deadLetters: 'order-tracker-dlq',
  },
} as const satisfies Record<string, Consumer>;

export type ConsumerName = keyof typeof consumers;
