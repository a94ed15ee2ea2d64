import { Template } from 'aws-cdk-lib/assertions';
import { KafkaMapping, mappingFaults } from '../../lib/kafka-mapping';
import { aStack } from './synthesise';

const aMapping = (over: object = {}) => ({
  functionName: 'f',
  topics: ['orders'],
  startingPosition: 'TRIM_HORIZON',
  provisionedPollerConfig: { minimumPollers: 1 },
  ...over,
});

it('accepts retries, bisecting and partial responses in provisioned mode', () => {
  const props = {
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: -1,
    functionResponseTypes: ['ReportBatchItemFailures'],
  };
  expect(mappingFaults(aMapping(props))).toEqual([]);
});

it.each([
  ['maximumRetryAttempts', -1],
  ['maximumRecordAgeInSeconds', 60],
  ['bisectBatchOnFunctionError', false],
  ['functionResponseTypes', []],
  ['loggingConfig', {}],
])('refuses %s without provisioned pollers, which Lambda would refuse at deployment', (name, value) => {
  const faults = mappingFaults(aMapping({ provisionedPollerConfig: undefined, [name]: value }));
  expect(faults).toEqual([expect.stringContaining(`${name} needs provisioned mode`)]);
});

it('refuses a mapping without a starting position, or at a timestamp that it does not say', () => {
  expect(mappingFaults(aMapping({ startingPosition: undefined }))).toEqual([expect.stringContaining('TRIM_HORIZON')]);
  expect(mappingFaults(aMapping({ startingPosition: 'AT_TIMESTAMP' }))).toHaveLength(1);
});

it.each([[undefined], [[]], [['a', 'b']]])('refuses any number of topics but one: %j', (topics) => {
  expect(mappingFaults(aMapping({ topics }))).toEqual(['a mapping reads exactly one topic']);
});

it.each(['orders:a', 'bestellungen-ü', 'a b', ''])(
  'refuses the consumer group %j, which MSK would measure no lag of',
  (group) => {
    const props = aMapping({ amazonManagedKafkaEventSourceConfig: { consumerGroupId: group } });
    expect(mappingFaults(props)).toEqual([expect.stringContaining('would have no lag metrics')]);
  },
);

it('fails the synthesis, not the deployment', () => {
  const stack = aStack();
  new KafkaMapping(stack, 'mapping', aMapping({ startingPosition: undefined }));
  expect(() => Template.fromStack(stack)).toThrow('startingPosition is missing');
});
