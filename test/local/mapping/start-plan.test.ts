import * as fc from 'fast-check';
import { type PartitionState, planStarts, tellStarts } from '../../../local/mapping/start-plan';

const [OLD, NEW] = ['a'.repeat(32), 'b'.repeat(32)];
const rules = { startingPosition: 'LATEST' as const, topicId: NEW, knownTopicId: undefined as string | undefined };
const state = (over: Partial<PartitionState> = {}): PartitionState => ({ partition: 0, low: 5, high: 20, ...over });
const start = (
  one: PartitionState,
  how: Partial<Parameters<typeof planStarts>[1]> = {},
  others: PartitionState[] = [],
) => planStarts([one, ...others], { ...rules, ...how })[0];

test.each([
  ['LATEST', 20],
  ['TRIM_HORIZON', 5],
  ['AT_TIMESTAMP', 9],
] as const)('a group that has never read the topic begins by %s', (startingPosition, offset) => {
  expect(start(state({ atTimestamp: 9 }), { startingPosition })).toMatchObject({ offset, why: 'first' });
});

test('what is committed and there is read on from, whoever committed it', () => {
  expect(start(state({ committed: { offset: 7, topicId: NEW } }))).toMatchObject({ offset: 7, why: 'committed' });
  expect(start(state({ committed: { offset: 7 } }))).toMatchObject({ offset: 7, why: 'committed' });
});

test('a topic that was made again is read from its first record', () => {
  expect(start(state({ committed: { offset: 7, topicId: OLD } }))).toMatchObject({ offset: 5, why: 'made-again' });
  // Kafka has forgotten the group's offsets with the old topic; the runner knows that there were some.
  expect(start(state(), { knownTopicId: OLD })).toMatchObject({ offset: 5, why: 'made-again' });
  expect(start(state({ committed: { offset: 7 } }), { knownTopicId: OLD })).toMatchObject({ offset: 5 });
});

test('records that are gone are counted', () => {
  expect(start(state({ committed: { offset: 2, topicId: NEW } }))).toMatchObject({ offset: 5, why: 'gone', lost: 3 });
});

test('behind the end nothing is skipped', () => {
  expect(start(state({ committed: { offset: 21, topicId: NEW } }))).toMatchObject({ offset: 5, why: 'beyond-end' });
});

test('a partition that joins a group which has begun is read from its first record', () => {
  const first = state({ partition: 1, committed: { offset: 7, topicId: NEW } });
  expect(start(state(), {}, [first])).toMatchObject({ offset: 5, why: 'added' });
});

test('a group that has begun never skips a record that is there', () => {
  const id = fc.constantFrom(undefined, OLD, NEW);
  const anyState = fc
    .tuple(fc.nat(50), fc.nat(50), fc.option(fc.record({ offset: fc.nat(120), topicId: id }), { nil: undefined }))
    .map(([low, kept, committed]) => state({ low, high: low + kept, ...(committed && { committed }) }));
  const position = fc.constantFrom('LATEST' as const, 'TRIM_HORIZON' as const, 'AT_TIMESTAMP' as const);
  void fc.assert(
    fc.property(anyState, position, id, id, (one, startingPosition, topicId, knownTopicId) => {
      const begun = state({ partition: 1, committed: { offset: 7 } });
      const { offset } = start(one, { startingPosition, topicId, knownTopicId }, [begun]) ?? { offset: -1 };
      expect(offset).toBeGreaterThanOrEqual(one.low);
      expect(offset).toBeLessThanOrEqual(Math.max(one.low, one.committed?.offset ?? one.low));
      expect(offset).toBeLessThanOrEqual(one.high);
    }),
  );
});

test('people are told, a line each', () => {
  const states = [
    state({ committed: { offset: 2, topicId: NEW } }),
    state({ partition: 1, committed: { offset: 21, topicId: NEW } }),
    state({ partition: 2 }),
    state({ partition: 3, committed: { offset: 7, topicId: NEW } }),
  ];
  expect(tellStarts('orders', states, planStarts(states, rules))).toEqual([
    expect.stringContaining('3 records of orders-0 from offset 2 on are gone'),
    expect.stringContaining('the committed offset 21 of orders-1 lies behind its end'),
    'orders-2 joined: reading from the first record',
  ]);
});
