import { Partitioners } from 'kafkajs';
import { type FailureSink, SinkTooSmallError } from './discard';
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
      try {
        await producer.send({ topic: options.topic, acks: -1, messages: [...messages] });
      } catch (error) {
        if (isTooLarge(error))
          throw new SinkTooSmallError(`${options.topic} takes no message so large`, { cause: error });
        throw error;
      }
    },
    close: () => producer.disconnect(),
  };
}

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/** Whether the broker refused for the size; kafkajs wraps its error. */
function isTooLarge(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (TOO_LARGE.has((at as { type?: string }).type ?? '')) return true;
  }
  return false;
}
