import type { MappingModel, TopicModel } from '../model';
import { numberOf, requiredText, textOf } from './properties';
import type { Reading, ResourceView } from './reading';

const TYPE = 'AWS::MSK::Topic';
/** `num.partitions` of a fresh broker. */
const DEFAULT_PARTITIONS = 1;

/** `name=value` lines, in Base64 (https://docs.aws.amazon.com/msk/latest/developerguide/create-topic.html). */
const configsOf = (topic: ResourceView): Record<string, string> => {
  const lines = Buffer.from(textOf(topic.get('Configs')) ?? '', 'base64')
    .toString('utf8')
    .split(/\r?\n/);
  const pairs = lines.filter((line) => line.includes('=') && !line.trimStart().startsWith('#'));
  return Object.fromEntries(
    pairs.map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]),
  );
};

const declaredTopics = (reading: Reading): TopicModel[] =>
  reading.resources(TYPE).flatMap((topic) => {
    const model = reading.attempt(topic, 'topic left out', () => ({
      origin: topic.origin,
      name: requiredText(topic.get('TopicName'), 'TopicName'),
      partitions: numberOf(topic.get('PartitionCount'), 'PartitionCount') ?? DEFAULT_PARTITIONS,
      replicationFactor: numberOf(topic.get('ReplicationFactor'), 'ReplicationFactor') ?? 1,
      configs: configsOf(topic),
    }));
    return model === undefined ? [] : [model];
  });

/** The topics the templates declare, then those that mappings only name: somebody creates them in the cloud too. */
export const readTopics = (reading: Reading, mappings: readonly MappingModel[]): TopicModel[] => {
  const topics = new Map<string, TopicModel>();
  for (const topic of declaredTopics(reading)) {
    if (topics.has(topic.name))
      reading.notice(topic.origin, TYPE, `topic ${topic.name} is declared twice; the first counts`);
    else topics.set(topic.name, topic);
  }
  for (const { topic, onFailure, origin } of mappings) {
    for (const name of [topic, ...(onFailure?.kind === 'kafka' ? [onFailure.target] : [])]) {
      if (topics.has(name)) continue;
      topics.set(name, { origin, name, partitions: DEFAULT_PARTITIONS, replicationFactor: 1, configs: {} });
      reading.notice(
        origin,
        'AWS::Lambda::EventSourceMapping',
        `topic ${name} is not declared in this app; it is created with ${DEFAULT_PARTITIONS} partition`,
      );
    }
  }
  return [...topics.values()];
};
