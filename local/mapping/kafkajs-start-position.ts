import type { Admin } from 'kafkajs';
import type { MappingModel } from '../model';

export type StartPosition = Pick<MappingModel, 'groupId' | 'topic' | 'startingPosition' | 'startingTimestamp'>;

/**
 * Where the partitions begin for which the group has committed nothing; empty for TRIM_HORIZON, which needs no asking.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-starting-positions.html
 */
export async function startOffsets(admin: Admin, mapping: StartPosition): Promise<Map<number, string>> {
  const { groupId, topic, startingPosition, startingTimestamp } = mapping;
  if (startingPosition === 'TRIM_HORIZON') return new Map();
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const fresh = (committed?.partitions ?? []).filter(({ offset }) => offset === '-1');
  if (fresh.length === 0) return new Map();
  const latest = await admin.fetchTopicOffsets(topic);
  const highOf = new Map(latest.map(({ partition, high }) => [partition, high]));
  const wanted =
    startingPosition === 'AT_TIMESTAMP' && startingTimestamp !== undefined
      ? await admin.fetchTopicOffsetsByTimestamp(topic, startingTimestamp)
      : [];
  const wantedOf = new Map(wanted.map(({ partition, offset }) => [partition, offset]));
  return new Map(
    fresh.map(({ partition }) => [partition, wantedOf.get(partition) ?? highOf.get(partition) ?? '0'] as const),
  );
}
