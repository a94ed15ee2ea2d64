/**
 * The system on one page, as data: which topics, tables and buckets there are, and which function reads and writes what.
 *
 * Everything else follows from it: the topics, tables and event source mappings of the stacks, the permissions and the
 * environment variables of each function, the diagram in docs/architecture.md. Its types are in function-needs.ts.
 */
import type { Bucket, Consumer, FunctionNeeds, Table, Topic } from './function-needs';

const days = (n: number) => n * 24 * 60 * 60 * 1000;

const MAX_MESSAGE_BYTES = 1_048_588;
/** Lambda's limit of a synchronous invocation. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

const events = (key: string): Topic => ({
  key,
  partitions: 6,
  retentionMs: days(7),
  maxMessageBytes: MAX_MESSAGE_BYTES,
});

/**
 * As much as an invocation's payload may have: a compressed batch holds records far larger than its topic's limit, and
 * whatever reached a function can leave it again, whole and with its headers.
 */
const deadLetters: Topic = {
  key: 'as the source',
  partitions: 1,
  retentionMs: days(30),
  maxMessageBytes: MAX_PAYLOAD_BYTES,
};

export const topics = {
  orders: events('order_id'),
  'order-events': events('order_id'),
  'order-tracker-dlq': deadLetters,
} as const satisfies Record<string, Topic>;

export type TopicName = keyof typeof topics;

export const tables = {
  tracker: {
    holds: 'a row for each event of an order',
    key: ['order_id', 'sk'],
    indexes: { 'by-user': ['user', 'listed_at'] },
  },
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof tables;

export const buckets = {} as const satisfies Record<string, Bucket>;

export type BucketName = keyof typeof buckets;

type Needs = FunctionNeeds<TopicName, TableName, BucketName>;

/** Functions behind the HTTP API; lambdas/api/routes.ts says which routes each answers. */
export const endpoints = {
  ingest: { does: 'takes orders by HTTP', writes: ['orders'], memoryMb: 1024, timeoutSeconds: 29, concurrency: 50 },
  query: { does: 'answers reads by HTTP', consults: ['tracker'], timeoutSeconds: 29 },
} as const satisfies Record<string, Needs>;

/** Functions that Kafka's records start: one mapping and one consumer group for each topic a consumer reads. */
export const consumers = {
  tracker: {
    does: "keeps each order's status and timeline",
    reads: [
      { topic: 'orders', group: 'order-tracker', batchSize: 500, batchingWindow: 0 },
      { topic: 'order-events', group: 'order-tracker.order-events', batchSize: 500, batchingWindow: 0 },
    ],
    deadLetters: 'order-tracker-dlq',
    owns: ['tracker'],
    memoryMb: 1024,
  },
} as const satisfies Record<string, Consumer<TopicName, TableName, BucketName>>;
