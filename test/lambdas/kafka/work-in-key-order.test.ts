import * as fc from 'fast-check';
import { DependencyError, FatalRecordError } from '../../../lambdas/errors';
import { workInKeyOrder } from '../../../lambdas/kafka/work-in-key-order';
import { budgetOf } from './budgets';

const keyed = (keys: readonly string[]) =>
  keys.map((key, index) => ({ key, id: String(index), event: { key, index } }));

test('keeps the order of each key under any interleaving, and runs keys side by side up to the bound', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 20 }),
      fc.integer({ min: 1, max: 3 }),
      fc.scheduler(),
      async (keys, keysAtOnce, s) => {
        const done: { key: string; index: number }[] = [];
        let running = 0;
        let most = 0;
        const effect = workInKeyOrder<{ key: string; index: number }>(
          async (event) => {
            most = Math.max(most, ++running);
            await s.schedule(Promise.resolve());
            running--;
            done.push(event);
          },
          { keysAtOnce },
        );
        expect(await s.waitFor(effect.absorb(keyed(keys), budgetOf(0)))).toEqual(keys.map(() => undefined));
        expect(most).toBe(Math.min(keysAtOnce, new Set(keys).size));
        for (const key of new Set(keys)) {
          const mine = done.filter((event) => event.key === key).map(({ index }) => index);
          expect(mine).toEqual([...mine].sort((one, other) => one - other));
        }
      },
    ),
  );
});

test('a failure that may pass holds its key and no other; what can never succeed holds nothing', async () => {
  const calls: number[] = [];
  const effect = workInKeyOrder<{ index: number }>(async ({ index }) => {
    calls.push(index);
    if (index === 0) throw new DependencyError('away', 'away');
    if (index === 1) throw new FatalRecordError('no', 'no');
    if (index === 4) throw new Error('bug');
  });

  const results = await effect.absorb(keyed(['a', 'b', 'a', 'b', 'b', 'b']), budgetOf(2));

  expect(results).toMatchObject([
    { code: 'away' },
    { code: 'no' },
    { code: 'away' },
    undefined,
    { attempts: 3 },
    undefined,
  ]);
  expect(calls.filter((index) => index === 0)).toHaveLength(3);
  expect(calls.filter((index) => index === 4)).toHaveLength(3);
  expect(calls).not.toContain(2);
});
