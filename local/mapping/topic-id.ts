import { askBroker, int16, int32, text } from './broker-request';

const METADATA = 3;
/** The first that tells topics' ids; a broker older than Kafka 2.8 does not know it. */
const VERSION = 10;
const NO_ID = '0'.repeat(32);
const UNKNOWN_TOPIC = 3;

/**
 * The id that a topic got when it was made: a topic of the same name that was made later has another. kafkajs asks for none.
 *
 * @param brokers `host:port,host:port`; the first that answers tells
 * @returns undefined when the broker knows no ids
 * @throws TopicGoneError, or an error of the network when no broker answers
 */
export async function readTopicId(brokers: string, topic: string): Promise<string | undefined> {
  const head = [int16(METADATA), int16(VERSION), int32(0), text('orderflow'), uvarint(0)];
  const topics = [uvarint(2), Buffer.alloc(16), compact(topic), uvarint(0)];
  // Neither to be made, nor its or the cluster's permissions told.
  const request = Buffer.concat([...head, ...topics, Buffer.from([0, 0, 0, 0])]);
  let failure: unknown;
  for (const broker of brokers.split(',')) {
    try {
      return topicIdOf(await askBroker(broker.trim(), request), topic);
    } catch (error) {
      if (error instanceof TopicGoneError) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** There is no such topic, or none any more. */
export class TopicGoneError extends Error {
  readonly code = 'TOPIC_GONE';
  readonly retriable = true;
  constructor(topic: string) {
    super(`it has no topic ${topic}`);
  }
}

function topicIdOf(answer: Buffer, topic: string): string | undefined {
  let at = 4;
  const readUvarint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = answer.readUInt8(at++);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const skip = (bytes: number) => {
    at += Math.max(0, bytes);
  };
  const skipText = () => skip(readUvarint() - 1);
  const skipTags = () => {
    for (let tags = readUvarint(); tags > 0; tags--) {
      readUvarint();
      skip(readUvarint());
    }
  };
  skipTags();
  at += 4; // how long it throttles
  for (let brokers = readUvarint() - 1; brokers > 0; brokers--) {
    at += 4;
    skipText();
    at += 4;
    skipText();
    skipTags();
  }
  skipText(); // the cluster's id
  at += 4; // its controller
  if (readUvarint() - 1 < 1) return undefined;
  const error = answer.readInt16BE(at);
  at += 2;
  skipText();
  const id = answer.toString('hex', at, at + 16);
  if (error === UNKNOWN_TOPIC) throw new TopicGoneError(topic);
  return id === NO_ID ? undefined : id;
}

const compact = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([uvarint(bytes.length + 1), bytes]);
};

/** Of a number below 2¹⁴, which a topic's name is in length. */
const uvarint = (value: number): Buffer => Buffer.from(value < 0x80 ? [value] : [(value & 0x7f) | 0x80, value >> 7]);
