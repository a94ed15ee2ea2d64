import { setTimeout as sleep } from 'node:timers/promises';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup';

/** By consumer group, who decides where its consumers in this process go on. */
const deciders = new Map<string, Set<() => void>>();
/** Until it has decided, the same offset is asked for again. */
const PAUSE_MS = 100;

/**
 * Lets somebody decide where a group goes on when Kafka denies an offset that it asks for. kafkajs would commit "from the
 * beginning" or "from the end" there and then, over what the group had committed, which alone tells how much is gone.
 *
 * @returns what leaves it to kafkajs again
 */
export function decideOutOfRange(groupId: string, decide: () => void): () => void {
  const ofGroup = deciders.get(groupId) ?? new Set();
  deciders.set(groupId, ofGroup.add(decide));
  return () => {
    ofGroup.delete(decide);
    if (ofGroup.size === 0) deciders.delete(groupId);
  };
}

const recover = ConsumerGroup.prototype.recoverFromOffsetOutOfRange;
ConsumerGroup.prototype.recoverFromOffsetOutOfRange = async function (this: ConsumerGroup, error: Error) {
  const ofGroup = deciders.get(this.groupId);
  if (ofGroup === undefined) return recover.call(this, error);
  for (const decide of ofGroup) decide();
  await sleep(PAUSE_MS);
};
