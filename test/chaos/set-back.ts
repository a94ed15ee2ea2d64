import { Kafka, logLevel } from 'kafkajs';
import type { RunningSystem } from '../../local/up';

/** Sets every consumer group of a system back to the beginning of its topic; its mappings are closed, as their groups must be empty. */
export async function setBack({ endpoints, mappings, model }: RunningSystem): Promise<void> {
  await Promise.all([...mappings.values()].map((mapping) => mapping.close()));
  const admin = new Kafka({ brokers: endpoints.kafka.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    for (const { groupId, topic } of model.mappings) {
      const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition, low }) => ({
        partition,
        offset: low,
      }));
      await admin.setOffsets({ groupId, topic, partitions });
    }
  } finally {
    await admin.disconnect();
  }
}
