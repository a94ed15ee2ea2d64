import { randomUUID } from 'node:crypto';
import { MAX_PAYLOAD_BYTES } from './event';
import { createKafka, reachable } from './kafkajs-client';
import { toEntry } from './kafkajs-record';
import { type FetchedRecord, isUnread, type UnreadRecords } from './record';

/** Which offsets of a topic hold a record that a consumer is given: not the markers of a transaction, nor what it took back. */
export interface OffsetReader {
  /**
   * Offset of the first record in [`from`, `before`), of which all must be stable already; undefined when there is none.
   * Offsets that Kafka no longer keeps count as without a record, and those of a batch that cannot be read as with one.
   */
  firstRecord(partition: number, from: number, before: number): Promise<number | undefined>;
  /** Why the record at an offset cannot be had, in words; undefined of one that can, and where there is none. */
  whyUnread(partition: number, offset: number): Promise<string | undefined>;
  close(): Promise<void>;
}

/** What one fetch told: in [from, to) there are these records and no others. */
interface Window {
  readonly from: number;
  readonly to: number;
  readonly records: readonly Found[];
}

/** The offsets of a record, or of several that cannot be had. */
interface Found {
  readonly from: number;
  readonly to: number;
  readonly whyUnread?: string;
}

interface Request {
  readonly partition: number;
  readonly from: number;
  readonly settle: (window: Window) => void;
  readonly fail: (error: Error) => void;
}

const IDLE_WAIT_MS = 50;
const ANSWER_LIMIT_MS = 30_000;

/**
 * Reads a topic wherever it is asked, one place at a time, without leaving a trace in any group.
 *
 * @param brokers `host:port,host:port`
 * @throws KafkaAwayError when no broker answers
 */
export async function openOffsetReader(brokers: string, topic: string): Promise<OffsetReader> {
  const consumer = createKafka({ brokers, clientId: 'orderflow-offsets', retries: 5 }).consumer({
    groupId: `orderflow-offsets-${randomUUID()}`,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_500,
    maxWaitTimeInMs: IDLE_WAIT_MS,
    allowAutoTopicCreation: false,
  });
  const windows = new Map<number, Window>();
  let open: Request | undefined;
  let joined = false;
  let broken: Error | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const place = (partition: number) => [{ topic, partitions: [partition] }];
  const arrived = (partition: number, records: readonly Found[], to: number) => {
    if (open?.partition !== partition) return;
    const { from, settle } = open;
    open = undefined;
    consumer.pause(place(partition));
    settle({ from, to, records });
  };
  const aim = ({ partition, from }: Request) => {
    consumer.seek({ topic, partition, offset: String(from) });
    consumer.resume(place(partition));
  };
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    joined = false;
    if (payload.restart) return;
    broken = payload.error;
    open?.fail(broken);
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    consumer.pause([{ topic, partitions: [...(payload.memberAssignment[topic] ?? [])] }]);
    joined = true;
    if (open) aim(open);
  });
  // Of control records alone eachBatch is told nothing.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { batchSize, partition, lastOffset } }) => {
    if (batchSize === 0) arrived(partition, [], Number(lastOffset) + 1);
  });
  await reachable(brokers, () => consumer.connect());
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch, isStale }) => {
      if (isStale()) return;
      const records = batch.messages.map((message) => found(toEntry(batch.partition, message)));
      arrived(batch.partition, records, Number(batch.lastOffset()) + 1);
    },
  });

  const fetch = (partition: number, from: number) =>
    new Promise<Window>((settle, fail) => {
      if (broken) throw broken;
      open = { partition, from, settle, fail };
      if (joined) aim(open);
    });

  const find = async (partition: number, from: number, before: number): Promise<Found | undefined> => {
    for (let at = from; at < before; ) {
      const known = windows.get(partition);
      const window =
        known && known.from <= at && at < known.to
          ? known
          : await within(fetch(partition, at), `${topic}-${partition}@${at}`);
      windows.set(partition, window);
      const next = window.records.find(({ to }) => to >= at);
      if (next !== undefined) return next.from < before ? { ...next, from: Math.max(next.from, at) } : undefined;
      at = Math.max(window.to, at + 1);
    }
    return undefined;
  };

  const inTurn = (partition: number, from: number, before: number) => {
    const answer = last.then(() => find(partition, from, before));
    last = answer.catch(() => undefined);
    return answer;
  };

  return {
    firstRecord: async (partition, from, before) => (await inTurn(partition, from, before))?.from,
    whyUnread: async (partition, offset) => (await inTurn(partition, offset, offset + 1))?.whyUnread,
    close: () => consumer.disconnect(),
  };
}

/** What an event holds of a byte. */
const BASE64 = 4 / 3;

function found(entry: FetchedRecord | UnreadRecords): Found {
  if (!isUnread(entry)) {
    const { offset, key, value } = entry;
    const inEvent = ((key?.length ?? 0) + (value?.length ?? 0)) * BASE64;
    const whyUnread = `too large for an invocation: ${(inEvent / 1e6).toFixed(1)} MB in an event`;
    return { from: offset, to: offset, ...(inEvent > MAX_PAYLOAD_BYTES && { whyUnread }) };
  }
  const { kind, from, to, cause } = entry;
  return {
    from,
    to,
    whyUnread: kind === 'too-large' ? `too large for an invocation: ${cause}` : `unreadable: ${cause}`,
  };
}

/** Kafka did not give what it holds. */
export class OffsetUnreadError extends Error {
  readonly code = 'OFFSET_UNREAD';
  readonly retriable = true;
  constructor(place: string) {
    super(`Kafka did not say within ${ANSWER_LIMIT_MS / 1_000} s what is at ${place}: try again`);
  }
}

async function within<T>(work: Promise<T>, place: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OffsetUnreadError(place)), ANSWER_LIMIT_MS);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
