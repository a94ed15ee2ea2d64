/**
 * The system on one page, as data: which topics, tables and buckets there are, and which function reads and writes what.
 *
 * Everything else follows from it: the topics, tables and event source mappings of the stacks, the permissions and the
 * environment variables of each function, the diagram in docs/architecture.md. Its types are in function-needs.ts.
 */
import { countedTypes } from '../lambdas/analytics/event-types';
import { billedTypes } from '../lambdas/billing/event-types';
import { commandTypes } from '../lambdas/order-book/event-types';
import { lineTypes } from '../lambdas/reporting/event-types';
import { happenedTypes } from '../lambdas/risk/event-types';
import type { Bucket, Consumer, FunctionNeeds, Table, Topic } from './function-needs';

const days = (n: number) => n * 24 * 60 * 60 * 1000;

/** Lambda's limit of a synchronous invocation. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
/**
 * Of a batch, unpacked; Kafka's own default less some bytes. In an event a byte becomes six at most (one of a header's name, as an
 * escape), and the event has less than four thousand of its own: whatever a topic takes, an invocation takes too.
 */
const MAX_MESSAGE_BYTES = 1_048_000;

const events = (key: string): Topic => ({
  key,
  partitions: 6,
  retentionMs: days(7),
  maxMessageBytes: MAX_MESSAGE_BYTES,
});

/**
 * As much as an invocation's payload may have: whatever reached a function can leave it again, whole and with its headers, one
 * that was written before its topic had a limit too.
 */
const deadLetters: Topic = {
  key: 'as the source',
  partitions: 1,
  retentionMs: days(30),
  maxMessageBytes: MAX_PAYLOAD_BYTES,
};

const compacted = (key: string): Topic => ({ key, partitions: 6, compacted: true, maxMessageBytes: MAX_MESSAGE_BYTES });

export const topics = {
  orders: { ...events('order_id'), open: true },
  'order-events': events('order_id'),
  'order-commands': events('item'),
  trades: events('item'),
  'market-data': compacted('item'),
  positions: compacted('user + item'),
  'order-tracker-dlq': deadLetters,
  'risk-dlq': deadLetters,
  'inventory-dlq': deadLetters,
  'billing-dlq': deadLetters,
  'order-book-dlq': deadLetters,
  'position-dlq': deadLetters,
  'reporting-dlq': deadLetters,
  'analytics-dlq': deadLetters,
  'audit-dlq': deadLetters,
} as const satisfies Record<string, Topic>;

export type TopicName = keyof typeof topics;

/** A table of states and facts, see lambdas/kafka/fold/. */
const states = (holds: string): Table => ({ holds, key: ['pk', 'sk'], expires: true });

export const tables = {
  tracker: {
    holds: 'a row for each event of an order',
    key: ['order_id', 'sk'],
    indexes: { 'by-user': ['user', 'listed_at'] },
    expires: true,
  },
  items: { holds: 'list prices', key: ['item', 'sk'] },
  limits: { holds: "everybody's, users' and items' limits, and who is blocked", key: ['pk', 'sk'] },
  waits: { holds: 'places of requests that wait for an answer', key: ['pk', 'sk'] },
  risk: states("each user's exposure, each order's decision"),
  inventory: states("each item's stock, reservations and queue"),
  billing: states("each order's postings"),
  payments: { holds: 'what the offline payment provider was asked', key: ['pk', 'sk'] },
  'order-book': states("each item's book: head, log, snapshots"),
  position: states("each user's position in each item"),
  reporting: states("the lines of each user's day"),
  analytics: states('a row for each window and source partition'),
  audit: states('which of its dead letters are written'),
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof tables;

export const buckets = {
  statements: { holds: "end-of-day statements, a user's day as CSV and JSON" },
  archive: { holds: 'every record of the event topics, as compressed JSON lines' },
} as const satisfies Record<string, Bucket>;

export type BucketName = keyof typeof buckets;

type Needs = FunctionNeeds<TopicName, TableName, BucketName>;

/** The zone whose midnight ends a user's day. */
const REPORTING_TIME_ZONE = 'UTC';

/** Functions behind the HTTP API; lambdas/api/routes.ts says which routes each answers. */
export const endpoints = {
  ingest: {
    does: 'takes orders, cancels, prices, stock and limits by HTTP',
    writes: ['orders', 'order-events', 'order-commands'],
    owns: ['items', 'limits'],
    memoryMb: 1024,
    timeoutSeconds: 29,
    concurrency: 50,
  },
  query: {
    does: 'answers reads by HTTP',
    owns: ['waits'],
    consults: ['tracker', 'order-book', 'position', 'reporting', 'analytics', 'inventory', 'items', 'limits'],
    environment: { REPORTING_TIME_ZONE },
    timeoutSeconds: 29,
  },
} as const satisfies Record<string, Needs>;

/** Functions that the clock starts. */
export const jobs = {
  statements: {
    does: 'issues the statements of days that have ended, and those a late charge has changed',
    owns: ['reporting'],
    fills: ['statements'],
    environment: { REPORTING_TIME_ZONE },
    // Hourly: closes the day in the hour after its end, in any zone, and soon revises for what comes late.
    schedule: { expression: 'cron(15 * * * ? *)' },
    timeoutSeconds: 600,
  },
} as const satisfies Record<string, Needs>;

/** Functions that Kafka's records start: one mapping and one consumer group for each topic a consumer reads. */
export const consumers = {
  tracker: {
    does: "keeps each order's status and timeline",
    reads: [
      { topic: 'orders', group: 'order-tracker', batchSize: 500, batchingWindow: 0 },
      // Lambda's own half second: an order's way to completed is then one row, and not four.
      { topic: 'order-events', group: 'order-tracker.order-events', batchSize: 500 },
    ],
    knows: ['orders'],
    deadLetters: 'order-tracker-dlq',
    owns: ['tracker'],
    memoryMb: 1024,
  },
  risk: {
    does: 'approves or rejects each order within limits, and routes it',
    reads: [
      // What waits is taken by the thousand: the more orders of a user or an item in a batch, the fewer writes of its row.
      { topic: 'orders', group: 'risk', batchSize: 1000, batchingWindow: 0 },
      {
        topic: 'order-events',
        group: 'risk.order-events',
        batchSize: 1000,
        // Lambda's own half second: exposure that many orders give back is one write a user.
        only: [{ type: happenedTypes }],
      },
    ],
    knows: ['orders'],
    writes: ['order-events', 'order-commands'],
    deadLetters: 'risk-dlq',
    owns: ['risk'],
    consults: ['limits', 'items'],
    memoryMb: 1024,
  },
  inventory: {
    does: 'reserves stock, queues backorders, settles, releases',
    reads: [
      {
        topic: 'order-commands',
        group: 'inventory',
        batchSize: 1000,
        batchingWindow: 0,
        only: [{ side: [{ exists: false }] }],
      },
    ],
    writes: ['order-events'],
    deadLetters: 'inventory-dlq',
    owns: ['inventory'],
    memoryMb: 1024,
  },
  billing: {
    does: 'charges each reserved order once, and refunds',
    reads: [
      {
        topic: 'order-events',
        group: 'billing',
        batchSize: 500,
        batchingWindow: 0,
        only: [{ type: billedTypes }],
      },
    ],
    writes: ['order-events', 'order-commands'],
    deadLetters: 'billing-dlq',
    owns: ['billing', 'payments'],
    memoryMb: 1024,
  },
  'order-book': {
    does: 'matches instrument orders by price and time',
    reads: [
      {
        topic: 'order-commands',
        group: 'order-book',
        batchSize: 500,
        batchingWindow: 0,
        only: [{ type: commandTypes, side: [{ exists: true }] }],
      },
    ],
    writes: ['order-events', 'trades', 'market-data'],
    deadLetters: 'order-book-dlq',
    owns: ['order-book'],
    memoryMb: 2048,
    timeoutSeconds: 120,
  },
  position: {
    does: "keeps each user's quantity, average price and realised profit",
    reads: [{ topic: 'trades', group: 'position', batchSize: 500, batchingWindow: 0 }],
    writes: ['positions'],
    deadLetters: 'position-dlq',
    owns: ['position'],
  },
  reporting: {
    does: "keeps the lines of each user's day",
    reads: [
      {
        topic: 'order-events',
        group: 'reporting',
        batchSize: 1000,
        batchingWindow: 5,
        only: [{ type: lineTypes }],
      },
    ],
    deadLetters: 'reporting-dlq',
    owns: ['reporting'],
    environment: { REPORTING_TIME_ZONE },
  },
  analytics: {
    does: 'counts orders, revenue and rates by event time',
    reads: [
      {
        topic: 'order-events',
        group: 'analytics',
        batchSize: 1000,
        batchingWindow: 5,
        only: [{ type: countedTypes }],
      },
    ],
    deadLetters: 'analytics-dlq',
    owns: ['analytics'],
  },
  audit: {
    does: 'archives every record, append-only',
    reads: [
      { topic: 'orders', group: 'audit', batchSize: 10_000, batchingWindow: 60 },
      { topic: 'order-commands', group: 'audit.order-commands', batchSize: 10_000, batchingWindow: 60 },
      { topic: 'order-events', group: 'audit.order-events', batchSize: 10_000, batchingWindow: 60 },
      { topic: 'trades', group: 'audit.trades', batchSize: 10_000, batchingWindow: 60 },
    ],
    deadLetters: 'audit-dlq',
    owns: ['audit'],
    fills: ['archive'],
  },
} as const satisfies Record<string, Consumer<TopicName, TableName, BucketName>>;
