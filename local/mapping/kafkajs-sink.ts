import { Partitioners } from 'kafkajs';
import type { FailureSink } from './discard';
import { createKafka } from './kafkajs-client';

/** A `kafka://` on-failure destination: connects when it is first needed. */
export function createKafkaSink(options: {
  readonly brokers: string;
  readonly topic: string;
  readonly clientId: string;
}): FailureSink {
  const kafka = createKafka({ brokers: options.brokers, clientId: `on-failure-${options.clientId}`, retries: 3 });
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  let connected: Promise<void> | undefined;
  return {
    name: `kafka://${options.topic}`,
    async send(messages) {
      connected ??= producer.connect();
      try {
        await connected;
      } catch (error) {
        connected = undefined;
        throw error;
      }
      await producer.send({ topic: options.topic, acks: -1, messages: [...messages] });
    },
    close: () => producer.disconnect(),
  };
}
