import { randomUUID } from 'node:crypto';
import { connectAdmin, TopicRefusedError } from '../../../local/mapping/kafkajs-admin';
import { createKafka, KafkaAwayError } from '../../../local/mapping/kafkajs-client';
import { TopicShrinkError } from '../../../local/mapping/topic-plan';
import { engines } from '../../engines';
import { aKafka } from './kafka';

const { admin } = aKafka();
const origin = { stack: 'Test', logicalId: 'Test', path: 'Test' };
const aTopic = (over = {}) => ({
  origin,
  name: `t-${randomUUID()}`,
  partitions: 2,
  replicationFactor: 3,
  configs: { 'retention.ms': '604800000', 'min.insync.replicas': '2' },
  ...over,
});
const described = async (name: string) => (await admin().listTopics()).find((topic) => topic.name === name);

test('a topic is made with its partitions and configs, clamped to one broker', async () => {
  const topic = aTopic();
  await admin().applyTopics([topic]);
  expect(await described(topic.name)).toEqual({
    name: topic.name,
    partitions: 2,
    replicationFactor: 1,
    configs: { 'retention.ms': '604800000', 'min.insync.replicas': '1' },
  });
});

test('applying a template again changes nothing; a changed one is applied, taken-away configs included', async () => {
  const topic = aTopic();
  await admin().applyTopics([topic]);
  expect(await admin().applyTopics([topic])).toEqual([
    expect.objectContaining({ create: false, grow: false, configure: false }),
  ]);
  await admin().applyTopics([{ ...topic, partitions: 5, configs: { 'cleanup.policy': 'compact' } }]);
  expect(await described(topic.name)).toMatchObject({ partitions: 5, configs: { 'cleanup.policy': 'compact' } });
});

test('fewer partitions are refused, and nothing is changed', async () => {
  const topic = aTopic();
  await admin().applyTopics([topic]);
  await expect(admin().applyTopics([{ ...topic, partitions: 1 }])).rejects.toThrow(TopicShrinkError);
  expect(await described(topic.name)).toMatchObject({ partitions: 2 });
});

test('a config Kafka does not take is one line with the topic and the reason', async () => {
  const topic = aTopic({ configs: { 'retention.ms': 'soon' } });
  await expect(admin().applyTopics([topic])).rejects.toThrow(TopicRefusedError);
});

test('deleted topics are gone, and unknown ones do not matter', async () => {
  const topic = aTopic();
  await admin().applyTopics([topic]);
  await admin().deleteTopics([topic.name, 'never-was']);
  expect(await described(topic.name)).toBeUndefined();
});

test('a member that died is taken out of its group', async () => {
  const topic = aTopic();
  await admin().applyTopics([topic]);
  const groupId = `g-${randomUUID()}`;
  const kafka = createKafka({ brokers: engines().kafka, clientId: 'dying', retries: 5 });
  // As good as dead: it would only notice at its next heartbeat.
  const consumer = kafka.consumer({ groupId, sessionTimeout: 120_000, heartbeatInterval: 100_000 });
  await consumer.connect();
  await consumer.subscribe({ topic: topic.name });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({ eachMessage: async () => {} });
  await joined;
  const watcher = kafka.admin();
  await watcher.connect();
  const members = async () => (await watcher.describeGroups([groupId])).groups[0]?.members.length;
  const before = await members();

  await admin().removeMembers([groupId]);

  expect([before, await members()]).toEqual([1, 0]);
  await watcher.disconnect();
  await consumer.disconnect();
});

test('where no broker answers, the error says so and what to do', async () => {
  await expect(connectAdmin('127.0.0.1:9229')).rejects.toThrow(KafkaAwayError);
}, 30_000);
