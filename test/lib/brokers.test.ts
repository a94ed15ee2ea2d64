import { clusterFaults } from '../../lib/brokers';
import { type Stage, stages } from '../../lib/stages';
import { topics } from '../../lib/topology';

const faults = (over: Partial<Stage>) => clusterFaults({ ...stages.prod, ...over }, topics);

it.each(Object.values(stages))('finds nothing wrong with the cluster of $name', (stage) => {
  expect(clusterFaults(stage, topics)).toEqual([]);
});

it.each([
  ['a broker type that runs no KRaft', { brokerType: 'kafka.t3.small' }, 'runs no kafka.t3.small'],
  ['brokers that do not spread over the zones', { brokers: 4 }, 'take a multiple of 3'],
  ['fewer brokers than zones', { brokers: 2 }, 'take a multiple of 3'],
  ['more replicas than brokers', { brokers: 2, zones: 2 }, 'replication factor 3 needs as many brokers'],
  ['acknowledgements that need every replica', { minInsyncReplicas: 3 }, 'refuses every order while one broker'],
] as const)('refuses %s, before MSK does', (_, over, message) => {
  expect(faults(over)).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
});

it('takes a broker type without KRaft where ZooKeeper runs', () => {
  expect(clusterFaults({ ...stages.prod, brokerType: 'kafka.t3.small' }, topics, '3.9.x')).toEqual([]);
});

it('refuses more partitions than the brokers take', () => {
  const many = { big: { partitions: 1001 } };
  expect(clusterFaults(stages.prod, many)).toEqual([expect.stringContaining('3003 partitions with their replicas')]);
});
