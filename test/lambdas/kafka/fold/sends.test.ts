import * as fc from 'fast-check';
import type { Outcome } from '../../../../lambdas/kafka/fold/fold';
import { foldThenWrite } from '../../../../lambdas/kafka/fold/fold-then-write';
import { sendsOf } from '../../../../lambdas/kafka/fold/sends';
import { budgetOf } from '../budgets';
import { MemoryFoldStore } from '../memory-fold-store';
import { MemoryPublisher } from '../memory-publisher';

const outcome = (value: string): Outcome => ({ topic: 't', key: null, value });

test('sends keep all records in their order, and only a record that is too large by itself makes a large send', () => {
  void fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 200 })), fc.integer({ min: 40, max: 500 }), (values, most) => {
      const sends = [...sendsOf(values.map(outcome), most)];

      expect(sends.flat().map(({ value }) => value)).toEqual(values);
      for (const send of sends) {
        const bytes = send.reduce((sum, { value }) => sum + Buffer.byteLength(value) + 32, 0);
        expect(bytes <= most || send.length === 1).toBe(true);
      }
    }),
  );
});

test('an event with more outcomes than one send may carry takes several', async () => {
  const publisher = new MemoryPublisher();
  const effect = foldThenWrite<number, number>(
    {
      initial: () => 0,
      mark: (event) => `e#${event}/done`,
      apply: (state) => ({ state, outcomes: Array.from({ length: 30 }, () => outcome('x'.repeat(50_000))) }),
    },
    { store: new MemoryFoldStore(), publisher },
  );

  await effect.absorb([{ key: 'a', id: '1', event: 1 }], budgetOf(0));

  expect([publisher.calls, publisher.records.length]).toEqual([2, 30]);
});
