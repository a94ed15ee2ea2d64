import { type Consumer, consume } from '../../../lambdas/kafka/consume';
import { type Suspects, watchForKillers } from '../../../lambdas/kafka/suspects';
import { budgetOf } from './budgets';
import { MemoryLetters } from './memory-letters';
import { MemoryPublisher } from './memory-publisher';
import { aRecord, eventOf, headersOf } from './records';

class MemorySuspects implements Suspects {
  readonly counts = new Map<string, number>();
  async count({ partition, offset }: { partition: string; offset: number }) {
    const name = `${partition}@${offset}`;
    const count = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, count);
    return count;
  }
  async clear({ partition, offset }: { partition: string; offset: number }) {
    this.counts.delete(`${partition}@${offset}`);
  }
}

const consumer: Consumer<null> = {
  name: 'test',
  split: () => [],
  effect: { absorb: async (events) => events.map(() => undefined) },
};
const one = eventOf([aRecord({ offset: 7 })]);
/** An environment that ends before it answers, and one that does not. */
const ended = () => new Promise<never>(() => {});
const lived = async () => undefined;
const two = eventOf([aRecord({ offset: 7 }), aRecord({ offset: 8 })]);

test('a record that was alone with three fresh environments goes to the dead letters the fourth time', async () => {
  const suspects = new MemorySuspects();
  for (let kill = 1; kill <= 3; kill++) void watchForKillers(consumer, suspects)(one, ended);
  await new Promise(setImmediate);

  const publisher = new MemoryPublisher();
  const handle = watchForKillers(consumer, suspects);
  await handle(one, (watched) =>
    consume(one, watched, {
      publisher,
      deadLetterTopic: 'dlq',
      letters: new MemoryLetters(),
      budget: budgetOf(0),
      now: () => 0,
      log: { warn: () => {}, error: () => {} },
    }),
  );

  expect(headersOf(publisher.records[0])).toMatchObject({
    'dlq-error-code': 'environment_killed',
    'dlq-error-message': 'Its processing ended 3 execution environments',
  });
});

test('nothing is counted for several records, nor in an environment that has worked before', async () => {
  const suspects = new MemorySuspects();
  const watched = watchForKillers(consumer, suspects);
  await watched(two, lived);
  await watched(one, lived);
  expect(suspects.counts.size).toBe(0);
});

test('a table that is away holds up no record', async () => {
  const fail = () => Promise.reject(new Error('away'));
  const away: Suspects = { count: fail, clear: fail };
  expect(await watchForKillers(consumer, away)(one, async (watched) => watched)).toBe(consumer);
  const half: Suspects = { count: async () => 1, clear: fail };
  expect(await watchForKillers(consumer, half)(one, async (watched) => watched)).toBe(consumer);
});

test('a record is not suspected for environments that answered, whatever they answered', async () => {
  const suspects = new MemorySuspects();
  for (let outage = 1; outage <= 10; outage++) await watchForKillers(consumer, suspects)(one, lived);
  expect(await watchForKillers(consumer, suspects)(one, async (watched) => watched)).toBe(consumer);
});
