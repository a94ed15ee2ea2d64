import { Partitioners } from 'kafkajs';
import { type RecordHeaders, toKafkaJsHeaders } from '../../shared/kafka-headers';
import { createKafka, reachable } from './kafkajs-client';

export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers?: RecordHeaders<Buffer | string | null>;
}

export interface Delivery {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Sender {
  /** Resolves once every in-sync replica has it; partitions by key as the Java client does. */
  send(record: OutgoingRecord): Promise<Delivery>;
  close(): Promise<void>;
}

/** @throws KafkaAwayError when no broker answers */
export async function connectSender(brokers: string): Promise<Sender> {
  const producer = createKafka({ brokers, clientId: 'orderflow-send', retries: 5 }).producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await reachable(brokers, () => producer.connect());
  return {
    async send({ topic, key, value, headers = [] }) {
      const messages = [{ key, value, headers: toKafkaJsHeaders(headers) }];
      const [delivery] = await producer.send({ topic, acks: -1, messages });
      return { topic, partition: delivery?.partition ?? -1, offset: Number(delivery?.baseOffset ?? -1) };
    },
    close: () => producer.disconnect(),
  };
}
