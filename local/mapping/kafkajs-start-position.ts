import type { Admin } from 'kafkajs';
import type { MappingModel } from '../model';
import type { PartitionState } from './start-plan';

export type StartPosition = Pick<MappingModel, 'groupId' | 'topic' | 'startingPosition' | 'startingTimestamp'>;

/** In the metadata of what is committed: the id of the topic that it belongs to. */
const TOPIC_ID = /^topic-id=([0-9a-f]{32})$/;
export const commitMetadata = (topicId: string | undefined): string | null =>
  topicId === undefined ? null : `topic-id=${topicId}`;

/**
 * The topic's partitions and what the group committed.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-starting-positions.html
 */
export async function partitionStates(admin: Admin, mapping: StartPosition): Promise<PartitionState[]> {
  const { groupId, topic, startingPosition, startingTimestamp } = mapping;
  // Before the ends: what is committed meanwhile must not seem to lie behind them.
  const [group] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const offsets = await admin.fetchTopicOffsets(topic);
  const committedOf = new Map((group?.partitions ?? []).map((one) => [one.partition, one]));
  const isFresh = offsets.some(({ partition }) => (committedOf.get(partition)?.offset ?? '-1') === '-1');
  const wanted =
    isFresh && startingPosition === 'AT_TIMESTAMP' && startingTimestamp !== undefined
      ? await admin.fetchTopicOffsetsByTimestamp(topic, startingTimestamp)
      : [];
  const wantedOf = new Map(wanted.map(({ partition, offset }) => [partition, Number(offset)]));
  return offsets.map(({ partition, low, high }) => {
    const committed = committedOf.get(partition);
    const atTimestamp = wantedOf.get(partition);
    return {
      partition,
      low: Number(low),
      high: Number(high),
      ...(committed !== undefined &&
        // kafkajs's own admin client writes -1 and -2 for the end and the beginning.
        Number(committed.offset) >= 0 && {
          committed: { offset: Number(committed.offset), topicId: TOPIC_ID.exec(committed.metadata ?? '')?.[1] },
        }),
      ...(atTimestamp !== undefined && atTimestamp >= 0 && { atTimestamp }),
    };
  });
}
