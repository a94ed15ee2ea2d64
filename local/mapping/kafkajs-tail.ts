import { randomUUID } from 'node:crypto';
import { createKafka, reachable } from './kafkajs-client';
import { toEntry } from './kafkajs-record';
import { type FetchedRecord, isUnread, placeOf, type UnreadRecords } from './record';
import { type From, tailStart } from './tail-start';

export interface TailOptions {
  /** `host:port,host:port` */
  readonly brokers: string;
  readonly topic: string;
  readonly from: From;
  /** Only this one. */
  readonly partition?: number;
  /** Whether to go on for ever; else the tail ends where the topic ended when it began. */
  readonly follow: boolean;
  readonly onRecord: (record: FetchedRecord) => void;
  /** Told of records that cannot be had, in their place; the tail goes on behind them. @default it ends there */
  readonly onUnread?: (unread: UnreadRecords) => void;
}

export interface Tail {
  /** Where each partition that is read begins and ended at the start. */
  readonly positions: readonly { readonly partition: number; readonly start: number; readonly end: number }[];
  /** Settles at the end of the topic, or rejects when reading fails for good; with `follow` after `close`. */
  readonly done: Promise<void>;
  close(): Promise<void>;
}

/**
 * Reads a topic without leaving a trace in any group.
 *
 * @returns once the starting offsets are fixed: with `latest`, records sent from then on are seen
 * @throws KafkaAwayError when no broker answers; TailError for a partition or an offset that there is not; a kafkajs error when
 * there is no such topic
 */
export async function tailTopic(options: TailOptions): Promise<Tail> {
  const { brokers, topic } = options;
  const kafka = createKafka({ brokers, clientId: 'orderflow-tail', retries: 5 });
  const positions = await startAndEnd(options);
  const consumer = kafka.consumer({
    groupId: `orderflow-tail-${randomUUID()}`,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_500,
    maxWaitTimeInMs: 250,
    allowAutoTopicCreation: false,
  });
  const ends = new Map(positions.filter(({ start, end }) => start < end).map(({ partition, end }) => [partition, end]));
  let finish: (error?: unknown) => void = () => {};
  const done = new Promise<void>((resolve, reject) => {
    finish = (error) => (error === undefined ? resolve() : reject(error));
  });
  const onUnread =
    options.onUnread ?? ((unread) => finish(new Error(`${placeOf(topic, unread)} cannot be had: ${unread.cause}`)));
  const close = async () => {
    finish();
    await consumer.disconnect();
  };
  if (!options.follow && ends.size === 0) {
    finish();
    return { positions, done, close: async () => {} };
  }
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) finish(payload.error);
  });
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
    if (Number(lastOffset) + 1 >= (ends.get(partition) ?? 0)) ends.delete(partition);
    if (!options.follow && ends.size === 0) finish();
  });
  const next = new Map(positions.map(({ partition, start }) => [partition, start]));
  // The group holds no offsets, so every (re)joining begins where this tail is.
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const [partition, offset] of next) consumer.seek({ topic, partition, offset: String(offset) });
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch, isStale }) => {
      if (isStale() || !next.has(batch.partition)) return;
      const end = options.follow ? Number.POSITIVE_INFINITY : (ends.get(batch.partition) ?? 0);
      for (const message of batch.messages) {
        const entry = toEntry(batch.partition, message);
        if (isUnread(entry)) onUnread(entry);
        else if (entry.offset < end) options.onRecord(entry);
      }
      next.set(batch.partition, Number(batch.lastOffset()) + 1);
    },
  });
  return { positions, done, close };
}

async function startAndEnd({ brokers, topic, from, partition: only }: TailOptions) {
  const admin = createKafka({ brokers, clientId: 'orderflow-tail', retries: 5 }).admin();
  await reachable(brokers, () => admin.connect());
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    const extents = offsets.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }));
    return tailStart(topic, extents, from, only);
  } finally {
    await admin.disconnect();
  }
}
