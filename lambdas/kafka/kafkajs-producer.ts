import type { ICustomPartitioner, Message, Producer, RecordMetadata } from 'kafkajs';
import { toKafkaJsHeaders } from '../../shared/kafka-headers';
import { type Deadline, deadlineIn, monotonicMs, timerMs } from '../../shared/time';
import { createKafkaJsClient, type KafkaJsClientOptions } from './kafkajs-client';
import { partitionOf } from './partitions';
import { isFinal, reasonOf, toPublishError } from './publish-failure';
import type { Delivery, OutgoingRecord, Publisher } from './publisher';
import { sharesOf } from './shares';

export interface KafkaJsPublisherOptions extends KafkaJsClientOptions {
  /** Milliseconds a call of `publish` may take in all, retries included. */
  readonly deadlineMs?: number;
  /**
   * Milliseconds after which an unused connection is not trusted any more: Lambda's network forgets an idle one after 350
   * seconds without telling either side.
   */
  readonly idleMs?: number;
  /** Told of each failed attempt that is followed by another. */
  readonly onRetry?: (failure: { readonly attempt: number; readonly reason: string }) => void;
}

interface Connection {
  readonly producer: Producer;
  /** Settles when the first connection stands. */
  readonly connected: Promise<void>;
  cut(): void;
}

/** The partition is chosen once, so that a repeat of the same call lands where its first try may have landed. */
type RoutedMessage = Message & { partition?: number };

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/**
 * A {@link Publisher} on kafkajs, acks=all: not idempotent (kafkajs's idempotent producer can get stuck, #598), since an
 * unknown outcome is answered as such and consumers absorb repeats by event id.
 *
 * Create one for each execution environment, outside the handler. It connects at the first call and keeps the connection.
 * Whatever fails is tried again on a new connection until the deadline: a socket that died in a freeze costs one
 * reconnect, and nothing of a broken client lives on into the next call.
 */
export function createKafkaJsPublisher(options: KafkaJsPublisherOptions): Publisher {
  const { deadlineMs = 8_000, idleMs = 240_000, requestTimeoutMs = 3_000 } = options;
  let current: Connection | undefined;
  let lastUsed = { steady: 0, wall: 0 };
  let firstBroker = 0;

  const open = (): Connection => {
    // kafkajs begins with the first of the list; a new client must not insist on a broker that is away.
    const { brokers } = options;
    const rotated = brokers.map((_, index) => brokers[(index + firstBroker) % brokers.length] ?? '');
    const client = createKafkaJsClient({ ...options, requestTimeoutMs, brokers: rotated });
    const producer = client.kafka.producer({ allowAutoTopicCreation: false, createPartitioner });
    const connected = producer.connect();
    // Reported by whoever awaits it; a call that ran into its deadline no longer does.
    connected.catch(() => {});
    return { producer, connected, cut: client.cut };
  };

  const giveUp = (connection: Connection) => {
    if (current === connection) current = undefined;
    connection.cut();
    firstBroker += 1;
  };

  const send = async (connection: Connection, messages: ReadonlyMap<string, RoutedMessage[]>) => {
    await connection.connected;
    const topicMessages = Array.from(messages, ([topic, of]) => ({ topic, messages: of }));
    return connection.producer.sendBatch({ acks: -1, timeout: requestTimeoutMs, topicMessages });
  };

  const publishAtOnce = async (records: readonly OutgoingRecord[], deadline: Deadline): Promise<Delivery[]> => {
    const routed = records.map(messageOf);
    const byTopic = groupByTopic(records, routed);
    for (let attempt = 0; ; attempt++) {
      current ??= open();
      const connection = current;
      try {
        const answer = await before(deadline, send(connection, byTopic));
        lastUsed = clocks();
        return deliveriesOf(records, routed, answer);
      } catch (error) {
        // The broker's refusal of one call says nothing against a connection that others are using.
        if (isFinal(error)) throw toPublishError(error, records);
        giveUp(connection);
        const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
        if (pause >= deadline.remainingMs()) throw toPublishError(error, records);
        options.onRetry?.({ attempt: attempt + 1, reason: reasonOf(error) });
        await new Promise((resolve) => setTimeout(resolve, timerMs(pause)));
      }
    }
  };

  return {
    async publish(records, withinMs = deadlineMs) {
      const deadline = deadlineIn(Math.min(withinMs, deadlineMs));
      if (current && idleFor(lastUsed) > idleMs) giveUp(current);
      const deliveries: Delivery[] = [];
      for (const share of sharesOf(records)) deliveries.push(...(await publishAtOnce(share, deadline)));
      return deliveries;
    },

    async close() {
      const connection = current;
      current = undefined;
      if (!connection) return;
      await connection.connected.then(() => connection.producer.disconnect()).catch(() => {});
      connection.cut();
    },
  };
}

const createPartitioner: ICustomPartitioner = () => {
  let next = Math.floor(Math.random() * 1_000);
  return ({ message, partitionMetadata }) => {
    const routed = message as RoutedMessage;
    routed.partition ??=
      routed.key === null || routed.key === undefined
        ? next++ % partitionMetadata.length
        : partitionOf(routed.key, partitionMetadata.length);
    return routed.partition;
  };
};

function messageOf({ key, value, headers }: OutgoingRecord): RoutedMessage {
  return headers ? { key, value, headers: toKafkaJsHeaders(headers) } : { key, value };
}

function groupByTopic(records: readonly OutgoingRecord[], messages: readonly RoutedMessage[]) {
  const byTopic = new Map<string, RoutedMessage[]>();
  for (const [index, message] of messages.entries()) {
    const topic = records[index]?.topic ?? '';
    const group = byTopic.get(topic);
    if (group) group.push(message);
    else byTopic.set(topic, [message]);
  }
  return byTopic;
}

/** Kafka answers with the first offset of each partition; records stand in it in the order they were handed over. */
function deliveriesOf(
  records: readonly OutgoingRecord[],
  messages: readonly RoutedMessage[],
  answer: readonly RecordMetadata[],
): Delivery[] {
  const next = new Map<string, number>();
  for (const { topicName, partition, baseOffset } of answer) next.set(`${topicName}-${partition}`, Number(baseOffset));
  return records.map(({ topic }, index) => {
    const partition = messages[index]?.partition ?? -1;
    const offset = next.get(`${topic}-${partition}`);
    // kafkajs leaves a partition out when its leader moved to a broker that has answered already.
    if (offset === undefined || offset < 0) throw new Error(`no acknowledgement for ${topic}-${partition}`);
    next.set(`${topic}-${partition}`, offset + 1);
    return { topic, partition, offset };
  });
}

const clocks = () => ({ steady: monotonicMs(), wall: Date.now() });

/**
 * Milliseconds, by the clock that says more: a frozen environment may not have counted the time, and wall time may have been
 * set. To open a new connection for nothing costs little.
 */
function idleFor(since: ReturnType<typeof clocks>): number {
  const now = clocks();
  return Math.max(now.steady - since.steady, Math.abs(now.wall - since.wall));
}

/** Rejects at the deadline; the promise itself goes on, and its later failure is nobody's. */
async function before<T>(deadline: Deadline, promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), timerMs(deadline.remainingMs()));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
