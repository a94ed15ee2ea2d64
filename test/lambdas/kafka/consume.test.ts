import { DependencyError, FatalRecordError } from '../../../lambdas/errors';
import { type Consumer, consume, type Effect } from '../../../lambdas/kafka/consume';
import { type ConsumedRecord, textValue } from '../../../lambdas/kafka/record';
import { budgetOf } from './budgets';
import { MemoryPublisher } from './memory-publisher';
import { aRecord, eventOf } from './records';

/** Splits `a,b` into parts of keys a and b; `bad` is refused, `bug` throws. */
const splitting = (effect: Effect<string>): Consumer<string> => ({
  name: 'test',
  split: (record) => {
    const text = textValue(record);
    if (text === 'bad') throw new FatalRecordError('refused', 'Refused by the rules');
    if (text === 'bug') throw new TypeError('undefined is not a function');
    return text === '' ? [] : text.split(',').map((key) => ({ key, id: text, event: key }));
  },
  effect,
});

const seen: string[][] = [];
/** Fails the events that are named so. */
const effect: Effect<string> = {
  absorb: async (events) => {
    seen.push(events.map(({ event }) => event));
    return events.map(({ event }) =>
      event === 'later'
        ? new DependencyError('away', 'The table is away')
        : event === 'never'
          ? new FatalRecordError('never', 'Never')
          : undefined,
    );
  },
};

const silent = { warn: () => {}, error: () => {} };
const texts = (...values: string[]): ConsumedRecord[] =>
  values.map((value, offset) => aRecord({ offset, value: Buffer.from(value) }));
const run = (records: readonly ConsumedRecord[], publisher = new MemoryPublisher()) =>
  consume(eventOf(records), splitting(effect), {
    publisher,
    deadLetterTopic: 'dlq',
    budget: budgetOf(1),
    now: () => 0,
    log: silent,
  });
const failures = (...offsets: number[]) => ({
  batchItemFailures: offsets.map((offset) => ({ itemIdentifier: { partition: 'orders-0', offset } })),
});

test('answers with an empty list when all records are done; a record that means nothing is done', async () => {
  expect(await run(texts('a', '', 'b'))).toEqual(failures());
});

test('a record is done when all its parts are', async () => {
  expect(await run(texts('a,later', 'b'))).toEqual(failures(0));
});

test('a repeat inside the batch is absorbed once, and shares the fate of the first', async () => {
  seen.length = 0;
  expect(await run(texts('later', 'a', 'later', 'a'))).toEqual(failures(0, 2));
  expect(seen).toEqual([['later', 'a']]);
});

test('what can never succeed leaves with its reason, in one call, and the batch goes on', async () => {
  const publisher = new MemoryPublisher();
  expect(await run(texts('bad', 'a', 'bug', 'never'), publisher)).toEqual(failures());
  expect(publisher.calls).toBe(1);
  expect(
    publisher.records.map(({ value, headers }) => [
      String(value),
      headers?.['dlq-error-code'],
      headers?.['dlq-attempts'],
    ]),
  ).toEqual([
    ['bad', 'refused', '1'],
    ['bug', 'processing_failed', '3'],
    ['never', 'never', '1'],
  ]);
});

test('a record is not done until its dead letter is acknowledged', async () => {
  const away = new MemoryPublisher(() => {
    throw new Error('broker away');
  });
  expect(await run(texts('bad', 'a'), away)).toEqual(failures(0));
});

test('a record with a part that may yet succeed comes back whole instead of leaving', async () => {
  const publisher = new MemoryPublisher();
  expect(await run(texts('never,later', 'later,never'), publisher)).toEqual(failures(0, 1));
  expect(publisher.records).toEqual([]);
});
