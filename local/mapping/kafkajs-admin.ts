import { type Admin, ConfigResourceTypes } from 'kafkajs';
import { deadlineIn } from '../../shared/time';
import type { TopicModel } from '../model';
import { createKafka, reachable } from './kafkajs-client';
import { askCoordinator } from './kafkajs-coordinator';
import { leaveGroup } from './leave-group';
import { planTopics, type TopicChange, type TopicState } from './topic-plan';

export interface KafkaAdmin {
  /** Makes the topics what the template says; others are left alone. */
  applyTopics(topics: readonly TopicModel[]): Promise<readonly TopicChange[]>;
  /** Every topic but Kafka's own. */
  listTopics(): Promise<readonly TopicState[]>;
  /** Unknown names are passed over. */
  deleteTopics(names: readonly string[]): Promise<void>;
  /** By partition: the first offset kept and the one after the last. */
  offsets(topic: string): Promise<ReadonlyMap<number, { readonly low: number; readonly high: number }>>;
  /** By partition: what the group committed; partitions without a commit are missing. */
  committed(groupId: string, topic: string): Promise<ReadonlyMap<number, number>>;
  /** Takes all members out of the groups, of a broker that stands alone; whoever lives joins again. */
  removeMembers(groupIds: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** @throws KafkaAwayError when no broker answers */
export async function connectAdmin(brokers: string): Promise<KafkaAdmin> {
  const admin = createKafka({ brokers, clientId: 'orderflow-admin', retries: 8 }).admin();
  await reachable(brokers, () => admin.connect());
  const listTopics = async () => describe(admin, await ownTopics(admin));
  return {
    listTopics,
    async applyTopics(topics) {
      const names = new Set(topics.map(({ name }) => name));
      const known = (await ownTopics(admin)).filter((name) => names.has(name));
      const { brokers: nodes } = await admin.describeCluster();
      const changes = planTopics(topics, await describe(admin, known), nodes.length);
      for (const change of changes) await applyChange(admin, change);
      await untilLed(admin, topics);
      return changes;
    },
    async deleteTopics(names) {
      const known = new Set(await admin.listTopics());
      const topics = names.filter((name) => known.has(name));
      if (topics.length > 0) await admin.deleteTopics({ topics });
    },
    async offsets(topic) {
      const offsets = await admin.fetchTopicOffsets(topic);
      return new Map(offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]));
    },
    async committed(groupId, topic) {
      const [answer] = await askCoordinator(() => admin.fetchOffsets({ groupId, topics: [topic] }));
      const committed = (answer?.partitions ?? []).filter(({ offset }) => offset !== '-1');
      return new Map(committed.map(({ partition, offset }) => [partition, Number(offset)]));
    },
    async removeMembers(groupIds) {
      if (groupIds.length === 0) return;
      const { groups } = await askCoordinator(() => admin.describeGroups([...groupIds]));
      const members = groups.flatMap((group) =>
        group.members.map(({ memberId }) => [group.groupId, memberId] as const),
      );
      await Promise.all(members.map(([groupId, memberId]) => leaveGroup(brokers, groupId, memberId)));
    },
    close: () => admin.disconnect(),
  };
}

async function ownTopics(admin: Admin): Promise<string[]> {
  return (await admin.listTopics()).filter((name) => !name.startsWith('__'));
}

async function describe(admin: Admin, names: readonly string[]): Promise<TopicState[]> {
  if (names.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  const configsOf = new Map(resources.map(({ resourceName, configEntries }) => [resourceName, configEntries]));
  return topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.length,
    replicationFactor: partitions[0]?.replicas.length ?? 0,
    configs: Object.fromEntries(
      (configsOf.get(name) ?? [])
        .filter(({ isDefault }) => !isDefault)
        .map(({ configName, configValue }) => [configName, configValue]),
    ),
  }));
}

async function applyChange(admin: Admin, change: TopicChange): Promise<void> {
  const { name, partitions, replicationFactor } = change;
  const configEntries = Object.entries(change.configs).map(([key, value]) => ({ name: key, value }));
  try {
    if (change.create) {
      // kafkajs's own waiting gives up at the first broker that has not heard of the topic yet.
      await admin.createTopics({
        waitForLeaders: false,
        topics: [{ topic: name, numPartitions: partitions, replicationFactor, configEntries }],
      });
    }
    if (change.grow) await admin.createPartitions({ topicPartitions: [{ topic: name, count: partitions }] });
    if (change.configure) {
      await admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name, configEntries }],
      });
    }
  } catch (error) {
    throw new TopicRefusedError(name, error as Error);
  }
}

const LEADERS_LIMIT_MS = 30_000;

/** Resolves when every partition has a leader: before that, producers and consumers would be told that it does not exist. */
async function untilLed(admin: Admin, topics: readonly TopicModel[]): Promise<void> {
  if (topics.length === 0) return;
  const deadline = deadlineIn(LEADERS_LIMIT_MS);
  for (;;) {
    const led = await admin
      .fetchTopicMetadata({ topics: topics.map(({ name }) => name) })
      .then((metadata) => metadata.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0)))
      .catch((error: Error) => {
        if (deadline.hasPassed()) throw new TopicRefusedError(topics.map(({ name }) => name).join(', '), error);
        return false;
      });
    if (led || deadline.hasPassed()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Kafka will not have the topic as the template wants it. */
export class TopicRefusedError extends Error {
  readonly code = 'TOPIC_REFUSED';
  readonly retriable = false;
  constructor(topic: string, cause: Error & { readonly errors?: readonly Error[] }) {
    const reason = cause.errors?.[0]?.message ?? cause.message;
    super(`Kafka refuses topic ${topic}: ${reason}. Correct its partitions or configs in the template.`, { cause });
  }
}
