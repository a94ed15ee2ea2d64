import { planTopics, TopicShrinkError } from '../../../local/mapping/topic-plan';
import type { TopicModel } from '../../../local/model';

const aTopic = (over: Partial<TopicModel> = {}): TopicModel => ({
  origin: { stack: 'S', logicalId: 'T', path: 'S/T' },
  name: 'orders',
  partitions: 6,
  replicationFactor: 3,
  configs: { 'retention.ms': '604800000', 'min.insync.replicas': '2' },
  ...over,
});
const existing = {
  name: 'orders',
  partitions: 6,
  replicationFactor: 1,
  configs: { 'retention.ms': '604800000', 'min.insync.replicas': '1' },
};

test('a missing topic is created, clamped to the brokers there are', () => {
  expect(planTopics([aTopic()], [], 1)).toEqual([{ ...existing, create: true, grow: false, configure: false }]);
  expect(planTopics([aTopic()], [], 3)[0]).toMatchObject({ replicationFactor: 3, configs: aTopic().configs });
});

test('a topic that is as the template says is left alone', () => {
  expect(planTopics([aTopic()], [existing], 1)[0]).toMatchObject({ create: false, grow: false, configure: false });
});

test('a larger partition count is applied', () => {
  expect(planTopics([aTopic({ partitions: 8 })], [existing], 1)[0]).toMatchObject({ grow: true, partitions: 8 });
});

test('a smaller partition count is refused with what to do', () => {
  expect(() => planTopics([aTopic({ partitions: 3 })], [existing], 1)).toThrow(TopicShrinkError);
  expect(() => planTopics([aTopic({ partitions: 3 })], [existing], 1)).toThrow(/6 partitions.*3.*orderflow reset/);
});

test.each([
  ['changed', { 'retention.ms': '1', 'min.insync.replicas': '1' }],
  ['added', { ...existing.configs, 'cleanup.policy': 'compact' }],
  ['taken away', { 'min.insync.replicas': '1' }],
])('a config that was %s is applied', (_name, configs) => {
  expect(planTopics([aTopic({ configs })], [existing], 1)[0]).toMatchObject({ configure: true, configs });
});
