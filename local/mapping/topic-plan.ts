import type { TopicModel } from '../model';

/** A topic as the broker has it. */
export interface TopicState {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Those set on the topic itself, not the broker's defaults. */
  readonly configs: Readonly<Record<string, string>>;
}

/** What is to be done to one topic; all false: it is already as wanted. */
export interface TopicChange extends TopicState {
  readonly create: boolean;
  readonly grow: boolean;
  readonly configure: boolean;
}

export class TopicShrinkError extends Error {
  readonly code = 'TOPIC_SHRINK';
  readonly retriable = false;
  constructor(name: string, has: number, wants: number) {
    super(
      `Topic ${name} has ${has} partitions and the template says ${wants}: Kafka cannot take partitions away. ` +
        'Put the count back, or run `npx orderflow reset` to begin anew.',
    );
  }
}

/**
 * What makes the topics what the template says, as CloudFormation would: partitions are added, configs replaced whole.
 * Replication factor and min.insync.replicas are clamped to the brokers there are; an existing topic keeps its replicas.
 *
 * @throws TopicShrinkError when a topic would lose partitions
 */
export function planTopics(
  wanted: readonly TopicModel[],
  existing: readonly TopicState[],
  brokers: number,
): readonly TopicChange[] {
  const byName = new Map(existing.map((topic) => [topic.name, topic]));
  return wanted.map(({ name, partitions, replicationFactor, configs: asked }) => {
    const has = byName.get(name);
    const configs = clampConfigs(asked, brokers);
    const change = { name, partitions, configs, replicationFactor: Math.min(replicationFactor, brokers) };
    if (!has) return { ...change, create: true, grow: false, configure: false };
    if (partitions < has.partitions) throw new TopicShrinkError(name, has.partitions, partitions);
    return { ...change, create: false, grow: partitions > has.partitions, configure: !same(configs, has.configs) };
  });
}

function clampConfigs(configs: Readonly<Record<string, string>>, brokers: number): Readonly<Record<string, string>> {
  const minInsync = configs['min.insync.replicas'];
  if (minInsync === undefined) return configs;
  return { ...configs, 'min.insync.replicas': String(Math.min(Number(minInsync), brokers)) };
}

function same(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
