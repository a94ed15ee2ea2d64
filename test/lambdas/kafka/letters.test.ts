import * as fc from 'fast-check';
import { FatalRecordError } from '../../../lambdas/errors';
import { type Consumer, consume, type Effect } from '../../../lambdas/kafka/consume';
import type { Fold } from '../../../lambdas/kafka/fold/fold';
import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import { letterId } from '../../../lambdas/kafka/letters';
import type { OutgoingRecord } from '../../../lambdas/kafka/publisher';
import { type ConsumedRecord, textValue } from '../../../lambdas/kafka/record';
import { runs } from '../../runs';
import { budgetOf } from './budgets';
import { MemoryFoldStore } from './memory-fold-store';
import { MemoryLetters } from './memory-letters';
import { MemoryPublisher } from './memory-publisher';
import { aRecord, eventOf } from './records';

const header = (headers: OutgoingRecord['headers'], name: string) => headers?.find(([one]) => one === name)?.[1];

/** A till that is never below zero. */
const till: Fold<number, { id: string; amount: number }> = {
  initial: () => 0,
  mark: ({ id }) => `change#${id}/done`,
  apply: (left, { amount }) => {
    if (left + amount < 0) throw new FatalRecordError('too_low', `${left} is too low for ${amount}`);
    return { state: left + amount };
  },
};
/** Takes `<id> <amount>`; other text is poison. */
const tillOf = (effect: Effect<{ id: string; amount: number }>): Consumer<{ id: string; amount: number }> => ({
  name: 'till',
  split: (record) => {
    const [id = '', amount] = textValue(record).split(' ');
    if (amount === undefined) throw new FatalRecordError('poison', 'Not a change');
    return [{ key: 'till', id, event: { id, amount: Number(amount) } }];
  },
  effect,
});
const records = (...texts: string[]) => texts.map((text, offset) => aRecord({ offset, value: Buffer.from(text) }));

/** A till with its table, its dead letters and what it remembers of them, for as many environments as are asked for. */
function aTill(crash: (moment: 'before' | 'after') => void = () => {}) {
  const store = new MemoryFoldStore({ fault: crash });
  const letters = new MemoryLetters(crash);
  const dead = new MemoryPublisher(crash);
  const told: string[] = [];
  const environment = () => {
    const consumer = tillOf(foldThenWrite(till, { store, publisher: new MemoryPublisher() }));
    return (batch: readonly ConsumedRecord[], pauses = 9) =>
      consume(eventOf(batch), consumer, {
        publisher: dead,
        deadLetterTopic: 'dlq',
        letters,
        budget: budgetOf(pauses),
        now: () => 0,
        log: { warn: (message) => told.push(message), error: () => {} },
      });
  };
  const codes = () => dead.records.map(({ headers }) => header(headers, 'dlq-error-code'));
  const ids = () => dead.records.map(({ headers }) => String(header(headers, 'dlq-id')));
  return { store, letters, dead, told, environment, codes, ids };
}

test('a dead letter is written once, however often its record comes, and whoever refused it', async () => {
  const { store, environment, codes, told } = aTill();
  const batch = records('1 10', '2 -50', 'poison', '3 100');
  for (const again of [batch, batch, batch.slice(1), batch.slice(2, 3)]) {
    expect(await environment()(again)).toEqual({ batchItemFailures: [] });
  }
  expect(codes()).toEqual(['poison', 'too_low']);
  expect(store.state('till')?.state).toBe(110);
  expect(told.filter((message) => message === 'Record dead-lettered')).toHaveLength(2);
});

test('an event that was published twice leaves one letter, another body under its id one of its own', async () => {
  const { environment, codes } = aTill();
  await environment()(records('1 -50', '1 -50'));
  await environment()(records('', '', '1 -50').slice(2));
  expect(codes()).toEqual(['too_low']);
  await environment()([aRecord({ offset: 9, value: Buffer.from('1 -60') })]);
  expect(codes()).toEqual(['too_low', 'too_low']);
});

test('records that cannot be read are told apart by their place, and by their time on a topic made anew', async () => {
  const { environment, ids } = aTill();
  await environment()(records('poison', 'poison'));
  await environment()([aRecord({ offset: 0, timestamp: 1, value: Buffer.from('poison') })]);
  expect(new Set(ids()).size).toBe(3);
});

test('an empty value and none are not the same', () => {
  const id = (value: Buffer | null) => letterId('till', aRecord({ value }), undefined);
  expect(id(null)).not.toBe(id(Buffer.alloc(0)));
});

test('what is sent back is judged again, and leaves a letter of its own, once', async () => {
  const { store, environment, dead, codes } = aTill();
  await environment()(records('1 10', '2 -50'));
  const [letter] = dead.records;
  const back = aRecord({
    offset: 7,
    value: letter?.value as Buffer,
    headers: (letter?.headers ?? []).map(([name, value]) => [name, Buffer.from(String(value))] as const),
  });
  await environment()([back]);
  await environment()([back]);
  expect(codes()).toEqual(['too_low', 'too_low']);

  await environment()([aRecord({ offset: 8, value: Buffer.from('3 100') }), back]);
  expect([codes().length, store.state('till')?.state]).toEqual([2, 110]);
  await environment()([{ ...back, offset: 9 }]);
  expect([codes().length, store.state('till')?.state]).toEqual([2, 60]);
});

test('while it cannot be said whether a letter is written, its record waits', async () => {
  let away = true;
  const { environment, codes } = aTill(() => {
    if (away) throw new Error('away');
  });
  const answer = { batchItemFailures: [{ itemIdentifier: { partition: 'orders-0', offset: 0 } }] };
  expect(await environment()(records('poison'), 1)).toEqual(answer);
  expect(codes()).toEqual([]);
  away = false;
  expect(await environment()(records('poison'))).toEqual({ batchItemFailures: [] });
  expect(codes()).toEqual(['poison']);
});

test('a letter that nobody could note is written all the same, and may come once more under its id', async () => {
  const { environment, letters, ids } = aTill();
  letters.note = () => Promise.reject(new Error('away'));
  expect(await environment()(records('poison'), 1)).toEqual({ batchItemFailures: [] });
  await environment()(records('poison'), 1);
  expect(ids()).toHaveLength(2);
  expect(new Set(ids()).size).toBe(1);
});

test('whatever crashes between any two operations: one letter for each refusal, and the same refusals', async () => {
  const changes = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(changes, fc.infiniteStream(fc.integer({ min: 0, max: 7 })), async (amounts, dice) => {
      let calm = false;
      const crash = () => {
        if (!calm && dice.next().value === 0) throw new Error('crash');
      };
      const { store, environment, dead, ids } = aTill(crash);
      const all = records(...amounts.map((amount, index) => (amount === 0 ? 'poison' : `${index} ${amount}`)));
      const environments = [environment(), environment(), environment()];
      for (let round = 0; round < 4; round++) {
        const from = (dice.next().value as number) % all.length;
        for (const deliver of environments) await deliver(all.slice(round === 0 ? from : 0), 1);
      }
      calm = true;
      for (const deliver of environments) expect(await deliver(all)).toEqual({ batchItemFailures: [] });
      const before = dead.records.length;
      for (const deliver of environments) await deliver(all);

      expect(dead.records.length).toBe(before);
      const refused = new Set(dead.records.map(({ headers }) => Number(header(headers, 'dlq-offset'))));
      expect(new Set(ids()).size).toBe(refused.size);
      const absorbed = amounts.filter((_, offset) => !refused.has(offset));
      expect(store.state('till')?.state ?? 0).toBe(absorbed.reduce((sum, amount) => sum + amount, 0));
      // Of one letter, all copies say the same.
      expect(new Set(dead.records.map((record) => JSON.stringify(record))).size).toBe(refused.size);
    }),
    { numRuns: runs(100) },
  );
});
