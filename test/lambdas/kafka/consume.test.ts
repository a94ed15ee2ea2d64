import { DependencyError, FatalRecordError, UnknownEventError } from '../../../lambdas/errors';
import { type Consumer, consume, type Effect } from '../../../lambdas/kafka/consume';
import { StatementRefusedError } from '../../../lambdas/kafka/dynamo/statements';
import { type ConsumedRecord, textValue } from '../../../lambdas/kafka/record';
import { budgetOf } from './budgets';
import { MemoryLetters } from './memory-letters';
import { MemoryPublisher } from './memory-publisher';
import { aRecord, eventOf, headersOf } from './records';

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
const deps = (publisher: MemoryPublisher) => ({
  publisher,
  deadLetterTopic: 'dlq',
  letters: new MemoryLetters(),
  budget: budgetOf(1),
  now: () => 0,
  log: silent,
});
const run = (records: readonly ConsumedRecord[], publisher = new MemoryPublisher()) =>
  consume(eventOf(records), splitting(effect), deps(publisher));
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
    publisher.records.map((record) => [
      String(record.value),
      headersOf(record)['dlq-error-code'],
      headersOf(record)['dlq-attempts'],
    ]),
  ).toEqual([
    ['bad', 'refused', '1'],
    ['bug', 'processing_failed', '1'],
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

describe('an event of a type that nobody knows', () => {
  const knowing: Consumer<string> = {
    name: 'test',
    split: (record) => {
      const type = textValue(record);
      if (type !== 'known') throw new UnknownEventError(type);
      return [];
    },
    effect,
  };
  const told = async (...types: string[]) => {
    const warn = jest.fn();
    const publisher = new MemoryPublisher();
    const answer = await consume(eventOf(texts(...types)), knowing, {
      ...deps(publisher),
      log: { warn, error: () => {} },
    });
    expect([answer, publisher.records]).toEqual([failures(), []]);
    return warn.mock.calls;
  };

  test('is skipped, and counted by type in one line a batch', async () => {
    expect(await told('known', 'order.new', 'order.new', 'order.newer')).toEqual([
      [
        'Unknown events skipped',
        { unknown_events: 3, by_type: { 'order.new': 2, 'order.newer': 1 }, first: 'orders-0@1' },
      ],
    ]);
    expect(await told('known')).toEqual([]);
  });

  test('cannot make the line long', async () => {
    const [[, fields]] = await told('x'.repeat(10_000), ...Array.from({ length: 100 }, (_, n) => `type${n}`));
    expect(fields).toMatchObject({ unknown_events: 101, by_type: { others: 81 } });
    expect(JSON.stringify(fields).length).toBeLessThan(1_000);
  });
});

describe('an effect that breaks its contract', () => {
  const working = (absorb: Effect<string>['absorb'], budget = budgetOf(1)) =>
    consume(eventOf(texts('a', 'bad')), splitting({ absorb }), { ...deps(new MemoryPublisher()), budget });

  test('by throwing, has all its events come again, and no other record', async () => {
    const thrown = new FatalRecordError('whose', 'Whose fault it is it does not say');
    expect(await working(() => Promise.reject(thrown))).toEqual(failures(0));
  });

  test('by hanging, is left behind when its time is up', async () => {
    const controller = new AbortController();
    const answer = working(() => new Promise(() => {}), { ...budgetOf(0), signal: controller.signal });
    await new Promise(setImmediate);
    controller.abort();
    expect(await answer).toEqual(failures(0));
  });

  test('by an error that says of itself that it will never pass, has that record leave', async () => {
    const publisher = new MemoryPublisher();
    const refused = async () => [new StatementRefusedError('larger than an item')];
    const answer = await consume(eventOf(texts('a')), splitting({ absorb: refused }), deps(publisher));
    expect(answer).toEqual(failures());
    expect(headersOf(publisher.records[0])).toMatchObject({ 'dlq-error-code': 'statement_refused' });
  });
});
