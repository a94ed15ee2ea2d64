import { type Consumer, consume } from '../../../lambdas/kafka/consume';
import { type Suspects, watchForKillers } from '../../../lambdas/kafka/suspects';
import { budgetOf } from './budgets';
import { MemoryPublisher } from './memory-publisher';
import { aRecord, eventOf } from './records';

class MemorySuspects implements Suspects {
  readonly counts = new Map<string, number>();
  async count({ partition, offset }: { partition: string; offset: number }) {
    const name = `${partition}@${offset}`;
    const count = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, count);
    return count;
  }
}

const consumer: Consumer<null> = {
  name: 'test',
  split: () => [],
  effect: { absorb: async (events) => events.map(() => undefined) },
};
const one = eventOf([aRecord({ offset: 7 })]);
const two = eventOf([aRecord({ offset: 7 }), aRecord({ offset: 8 })]);

test('a record that was alone with three fresh environments goes to the dead letters the fourth time', async () => {
  const suspects = new MemorySuspects();
  for (let kill = 1; kill <= 3; kill++) {
    expect(await watchForKillers(consumer, suspects)(one)).toBe(consumer);
  }

  const publisher = new MemoryPublisher();
  await consume(one, await watchForKillers(consumer, suspects)(one), {
    publisher,
    deadLetterTopic: 'dlq',
    budget: budgetOf(0),
    now: () => 0,
    log: { warn: () => {}, error: () => {} },
  });

  expect(publisher.records[0]?.headers).toMatchObject({
    'dlq-error-code': 'environment_killed',
    'dlq-error-message': 'Its processing ended 3 execution environments',
  });
});

test('nothing is counted for several records, nor in an environment that has worked before', async () => {
  const suspects = new MemorySuspects();
  const watched = watchForKillers(consumer, suspects);
  await watched(two);
  await watched(one);
  expect(suspects.counts.size).toBe(0);
});

test('a table that is away holds up no record', async () => {
  const away: Suspects = { count: () => Promise.reject(new Error('away')) };
  expect(await watchForKillers(consumer, away)(one)).toBe(consumer);
});
