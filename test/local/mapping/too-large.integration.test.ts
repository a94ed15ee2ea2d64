import { CompressionTypes } from 'kafkajs';
import { stages } from '../../../lib/stages';
import { topicConfiguration } from '../../../lib/topic-configuration';
import { topics } from '../../../lib/topology';
import { openOffsetReader } from '../../../local/mapping/kafkajs-offset-reader';
import { tailTopic } from '../../../local/mapping/kafkajs-tail';
import { aCollector, aGate, aKafka, distinct } from './kafka';

const { topic, send, map, committed, kafka, brokers } = aKafka();

/** What a producer that compresses sends: a few kilobytes on the wire. */
async function sendPacked(name: string, values: readonly Buffer[]): Promise<void> {
  const producer = kafka().producer();
  await producer.connect();
  try {
    const messages = values.map((value) => ({ value, key: 'k', partition: 0 }));
    await producer.send({ topic: name, acks: -1, compression: CompressionTypes.GZIP, messages });
  } finally {
    await producer.disconnect();
  }
}

const configs = { ...topicConfiguration(topics.orders, stages.dev), 'min.insync.replicas': '1' };
const zeros = (bytes: number) => Buffer.alloc(bytes);

test('a topic of the system refuses, before it acknowledges, what no invocation takes', async () => {
  const name = await topic(1, configs);
  await expect(sendPacked(name, [zeros(5_000_000)])).rejects.toThrow(/larger than the max message size/);
  await expect(sendPacked(name, [zeros(60_000_000)])).rejects.toThrow(/larger than the max message size/);
  const collector = aCollector();
  map(name, (records) => collector.add(records));
  await sendPacked(name, [zeros(1_000_000)]);
  await collector.until(distinct(1));
  expect(collector.values()[0]).toHaveLength(1_000_000);
});

test('where nothing bounds them they are given up with a line, and what lies around them arrives', async () => {
  const name = await topic();
  await send(name, ['a']);
  await sendPacked(name, [zeros(5_000_000)]);
  await sendPacked(name, [Buffer.from('b'), zeros(40_000_000), Buffer.from('c')]);
  const [collector, lines, groupId] = [aCollector(), [] as string[], `g-${name}`];
  const mapping = map(name, (records) => collector.add(records), { groupId }, { log: (line) => lines.push(line) });
  await collector.until(distinct(3));
  await committed(groupId, name, 5);
  expect(collector.values()).toEqual(['a', 'b', 'c']);
  expect(mapping.stats()).toMatchObject({ dropped: 2, onFailureDelivered: 0 });
  expect(lines).toEqual([
    expect.stringMatching(/^dropped .*-0 offset 1: MaximumPayloadSizeExceeded/),
    expect.stringMatching(/^dropped .*-0 offset 3: MaximumPayloadSizeExceeded \(gzip, 40\.0 MB unpacked\)/),
  ]);
});

test('whoever looks for an offset is told why it cannot be had', async () => {
  const name = await topic();
  await sendPacked(name, [zeros(5_000_000)]);
  await sendPacked(name, [Buffer.from('b'), zeros(40_000_000), Buffer.from('c')]);
  const reader = await openOffsetReader(brokers(), name);
  expect(await reader.whyUnread(0, 0)).toBe('too large for an invocation: 6.7 MB in an event');
  expect(await reader.whyUnread(0, 1)).toBeUndefined();
  expect(await reader.firstRecord(0, 2, 4)).toBe(2);
  expect(await reader.whyUnread(0, 2)).toBe('too large for an invocation: gzip, 40.0 MB unpacked');
  await reader.close();
});

test('a destination gets them whole where it takes that much, else where they lie', async () => {
  const name = await topic();
  const [large, small] = [await topic(1, { 'max.message.bytes': '10000000' }), await topic()];
  await sendPacked(name, [zeros(5_000_000)]);
  await sendPacked(name, [zeros(40_000_000)]);
  for (const target of [large, small]) {
    const onFailure = { kind: 'kafka' as const, target };
    const mapping = map(name, () => {}, { groupId: `g-${target}`, onFailure });
    const [first, second] = await documentsIn(target, 2);
    const place = (offset: number) => ({ topic: name, partition: 0, offset, timestamp: expect.any(Number) });
    if (target === small) expect(first).toEqual(place(0));
    // Five megabytes in Base64: whole, and so itself too large to be read here.
    else expect(first).toEqual({ unread: expect.stringContaining('6.7 MB') });
    expect(second).toEqual(place(1));
    expect(mapping.stats()).toMatchObject({ dropped: 2, onFailureDelivered: 2 });
  }
});

/** The record that each document of a destination is about. An event would not hold the largest. */
async function documentsIn(target: string, count: number): Promise<(object | undefined)[]> {
  const [arrived, found] = [aGate(), [] as (object | undefined)[]];
  const tail = await tailTopic({
    brokers: brokers(),
    topic: target,
    from: 'earliest',
    follow: true,
    onRecord: ({ value }) => {
      const { payload } = JSON.parse(String(value)) as { payload: { records: Record<string, object[]> } };
      found.push(Object.values(payload.records)[0]?.[0]);
      if (found.length === count) arrived.open();
    },
    onUnread: ({ cause }) => {
      found.push({ unread: cause });
      if (found.length === count) arrived.open();
    },
  });
  await arrived.opened;
  await tail.close();
  return found;
}
