import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import net, { type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';
import { DependencyError, FatalRecordError, PublishError } from '../../../lambdas/errors';
import { createKafkaJsPublisher, type KafkaJsPublisherOptions } from '../../../lambdas/kafka/kafkajs-producer';
import { partitionOf } from '../../../lambdas/kafka/partitions';
import type { OutgoingRecord, Publisher } from '../../../lambdas/kafka/publisher';
import { connectAdmin } from '../../../local/mapping/kafkajs-admin';
import { toEntry } from '../../../local/mapping/kafkajs-record';
import type { FetchedRecord } from '../../../local/mapping/record';
import { engines, freshTopic, startKafka } from '../../engines';

jest.setTimeout(120_000);

const kafka = new Kafka({ brokers: [engines().kafka], logLevel: logLevel.NOTHING });
const open: Publisher[] = [];
/** Those opened since the test's topic was made. */
const sockets: Socket[] = [];

beforeAll(() => {
  const connect = net.connect;
  jest.spyOn(net, 'connect').mockImplementation(((...args: Parameters<typeof connect>) => {
    const socket = connect(...args);
    sockets.push(socket);
    return socket;
  }) as typeof connect);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((publisher) => publisher.close()));
});

afterAll(() => jest.restoreAllMocks());

async function aTopic(): Promise<string> {
  const topic = await freshTopic(6);
  sockets.length = 0;
  return topic;
}

function aPublisher(options: Partial<KafkaJsPublisherOptions> = {}) {
  const retries: string[] = [];
  const publisher = createKafkaJsPublisher({
    brokers: [engines().kafka],
    auth: 'none',
    clientId: 'test',
    onRetry: ({ reason }) => retries.push(reason),
    ...options,
  });
  open.push(publisher);
  return { publisher, retries };
}

const records = (topic: string, count: number): OutgoingRecord[] =>
  Array.from({ length: count }, (_, index) => ({ topic, key: `key-${index % 7}`, value: `value-${index}` }));

type Stored = KafkaMessage & { readonly topic: string; readonly partition: number };

/** Reads the topics from their beginning until there are that many records. */
async function read(topics: string[], count: number): Promise<Stored[]> {
  const consumer = kafka.consumer({ groupId: randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  const stored: Stored[] = [];
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ topic, partition, message }) => {
          stored.push({ topic, partition, ...message });
          if (stored.length === count) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return stored;
}

describe('publish', () => {
  it('says where each record stands, in the order of the records, over topics and partitions', async () => {
    const [one, other] = [await aTopic(), await aTopic()];
    const { publisher } = aPublisher();
    const sent = [...records(one, 50), ...records(other, 50)].sort((a, b) =>
      String(a.value).localeCompare(String(b.value)),
    );
    const deliveries = [...(await publisher.publish(sent)), ...(await publisher.publish(sent))];
    const stored = await read([one, other], 200);
    const at = (topic: string, partition: number, offset: number) =>
      stored.find(
        (record) => record.topic === topic && record.partition === partition && Number(record.offset) === offset,
      );
    const found = deliveries.map(({ topic, partition, offset }) => {
      const record = at(topic, partition, offset);
      return { topic, key: record?.key?.toString(), value: record?.value?.toString() };
    });
    expect(found).toEqual([...sent, ...sent]);
  });

  it('writes key, value and headers as they are: bytes, several values of a header, a tombstone', async () => {
    const topic = await aTopic();
    const { publisher } = aPublisher();
    const bytes = Buffer.from([0, 255, 128]);
    const headers = [
      ['many', 'a'],
      ['raw', bytes],
      ['7', 'ü'],
      ['many', 'b'],
      ['none', null],
    ] as const;
    await publisher.publish([
      { topic, key: 'é', value: bytes, headers },
      { topic, key: 'é', value: null },
    ]);
    const [full, tombstone] = await read([topic], 2);
    expect(full).toMatchObject({ key: Buffer.from('é'), value: bytes, partition: partitionOf('é', 6) });
    expect((toEntry(0, full as KafkaMessage) as FetchedRecord).headers).toEqual(
      headers.map(([name, value]) => [name, value === null ? null : Buffer.from(value)]),
    );
    expect(tombstone?.value).toBeNull();
  });

  it('spreads records without a key over the partitions', async () => {
    const topic = await aTopic();
    const { publisher } = aPublisher();
    const deliveries = await publisher.publish(records(topic, 12).map((record) => ({ ...record, key: null })));
    expect(new Set(deliveries.map(({ partition }) => partition)).size).toBe(6);
  });

  it('takes more records of one key than fit one batch of the topic', async () => {
    const topic = await aTopic();
    const { publisher } = aPublisher();
    const large = Array.from({ length: 30 }, (_, index) => ({ topic, key: 'k', value: `${index}`.padEnd(100_000) }));
    const deliveries = await publisher.publish(large);
    expect(deliveries.map(({ offset }) => offset)).toEqual(large.map((_, index) => index));
  });

  it('says that there is no such topic', async () => {
    const { publisher } = aPublisher({ deadlineMs: 1_000 });
    const topic = `missing-${randomUUID()}`;
    const failure = await publisher.publish(records(topic, 1)).catch((error) => error);
    expect(failure).toBeInstanceOf(DependencyError);
    expect(failure).toMatchObject({ code: 'topic_unknown', retriable: true, message: expect.stringContaining(topic) });
  });

  it('says that a record is too large, and goes on with the next on the same connection', async () => {
    const topic = await aTopic();
    const { publisher, retries } = aPublisher();
    await publisher.publish(records(topic, 50));
    retries.length = 0;
    const failure = await publisher
      .publish([{ topic, key: 'k', value: Buffer.alloc(1_100_000) }])
      .catch((error) => error);
    expect(failure).toBeInstanceOf(FatalRecordError);
    expect(failure).toMatchObject({ code: 'record_too_large', retriable: false });
    expect(retries).toEqual([]);
    const opened = sockets.length;
    await expect(publisher.publish(records(topic, 1))).resolves.toHaveLength(1);
    expect(sockets).toHaveLength(opened);
  });

  it('goes to another broker of the list when the first is away', async () => {
    const topic = await aTopic();
    const { publisher } = aPublisher({ brokers: ['localhost:1', engines().kafka] });
    await expect(publisher.publish(records(topic, 1))).resolves.toHaveLength(1);
  });

  it('lets calls run side by side', async () => {
    const topic = await aTopic();
    const { publisher } = aPublisher();
    const calls = await Promise.all(Array.from({ length: 20 }, () => publisher.publish(records(topic, 10))));
    const places = calls.flat().map(({ partition, offset }) => `${partition}@${offset}`);
    expect(new Set(places).size).toBe(200);
  });
});

describe('a connection that died while the environment was frozen', () => {
  it.each([
    ['reset by the broker', (socket: Socket) => socket.resetAndDestroy()],
    ['closed by the broker', (socket: Socket) => socket.emit('end')],
    ['silent for ever', (socket: Socket) => Object.assign(socket, { write: () => true })],
  ])('costs a reconnect and no error when it is %s', async (_, die) => {
    const topic = await aTopic();
    const { publisher } = aPublisher({ requestTimeoutMs: 500 });
    await publisher.publish(records(topic, 1));
    sockets.splice(0).forEach(die);
    await expect(publisher.publish(records(topic, 3))).resolves.toHaveLength(3);
    expect(sockets.length).toBeGreaterThan(0);
  });

  it('is not trusted any more after its idle time', async () => {
    const topic = await aTopic();
    const { publisher, retries } = aPublisher({ idleMs: -1 });
    await publisher.publish(records(topic, 1));
    // A topic this young may still have been looking for its leaders.
    const [socketsBefore, retriesBefore] = [sockets.length, retries.length];
    await publisher.publish(records(topic, 1));
    expect(sockets.length).toBeGreaterThan(socketsBefore);
    expect(retries).toHaveLength(retriesBefore);
  });
});

describe('a broker that is away', () => {
  const directory = mkdtempSync(join(tmpdir(), 'orderflow-publisher-'));
  let broker: Awaited<ReturnType<typeof startKafka>>;

  beforeAll(async () => {
    broker = await startKafka({ directory });
    const admin = await connectAdmin(broker.address);
    const origin = { stack: 'test', logicalId: 'Test', path: 'test' };
    await admin.applyTopics([{ origin, name: 'orders', partitions: 6, replicationFactor: 1, configs: {} }]);
    await admin.close();
    sockets.length = 0;
  });

  afterAll(async () => {
    await broker.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is an error in bounded time, with nothing left open, and the next call after its return succeeds', async () => {
    const { publisher } = aPublisher({ brokers: [broker.address], deadlineMs: 4_000 });
    const [before] = await publisher.publish(records('orders', 1));
    await broker.kill();
    const failure = await publisher.publish(records('orders', 5)).catch((error) => error);
    expect(failure).toBeInstanceOf(PublishError);
    expect(failure).toMatchObject({ code: 'publish_unacknowledged', retriable: true });
    expect(sockets.filter((socket) => !socket.destroyed)).toEqual([]);
    await broker.restart();
    const [after] = await publisher.publish(records('orders', 1));
    expect(after?.partition).toBe(before?.partition);
    expect(after?.offset).toBeGreaterThan(before?.offset ?? Number.POSITIVE_INFINITY);
  });
});
