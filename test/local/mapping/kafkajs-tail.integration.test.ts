import { connectSender } from '../../../local/mapping/kafkajs-send';
import { tailTopic } from '../../../local/mapping/kafkajs-tail';
import type { FetchedRecord } from '../../../local/mapping/record';
import { aGate, aKafka } from './kafka';

const { topic, send, brokers } = aKafka();

test('without following, the tail ends where the topic ended', async () => {
  const name = await topic(2);
  await send(name, ['a', 'b'], 0);
  await send(name, ['c'], 1);
  const seen: FetchedRecord[] = [];
  const tail = await tailTopic({
    brokers: brokers(),
    topic: name,
    from: 'earliest',
    follow: false,
    onRecord: (record) => seen.push(record),
  });
  await tail.done;
  await tail.close();
  expect(seen.map(({ value }) => value?.toString()).sort()).toEqual(['a', 'b', 'c']);
});

test('of an empty topic the tail ends at once', async () => {
  const name = await topic();
  const tail = await tailTopic({
    brokers: brokers(),
    topic: name,
    from: 'earliest',
    follow: false,
    onRecord: () => {},
  });
  await tail.done;
  await tail.close();
});

test('an offset and a partition narrow what is seen', async () => {
  const name = await topic(2);
  await send(name, ['a', 'b', 'c'], 0);
  await send(name, ['x', 'y', 'z'], 1);
  const seen: string[] = [];
  const tail = await tailTopic({
    brokers: brokers(),
    topic: name,
    from: 1,
    partition: 1,
    follow: false,
    onRecord: ({ value }) => seen.push(`${value}`),
  });
  await tail.done;
  await tail.close();
  expect(seen).toEqual(['y', 'z']);
});

test('following from the end shows what is sent from then on, with key and headers', async () => {
  const name = await topic();
  await send(name, ['before']);
  const [seen, arrived] = [[] as FetchedRecord[], aGate()];
  const tail = await tailTopic({
    brokers: brokers(),
    topic: name,
    from: 'latest',
    follow: true,
    onRecord: (record) => {
      seen.push(record);
      arrived.open();
    },
  });
  const sender = await connectSender(brokers());
  const delivery = await sender.send({ topic: name, key: 'k', value: 'after', headers: [['type', 'greeting']] });
  await sender.close();
  await arrived.opened;
  await tail.close();
  await tail.done;
  expect(delivery).toEqual({ topic: name, partition: 0, offset: 1 });
  expect(seen).toEqual([
    expect.objectContaining({
      offset: 1,
      key: Buffer.from('k'),
      value: Buffer.from('after'),
      headers: [['type', Buffer.from('greeting')]],
    }),
  ]);
});
