import * as fc from 'fast-check';
import { DependencyError, FatalRecordError, isRetriable } from '../../../lambdas/errors';
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

test('a failure holds its key and no other, whatever was thrown; what can never succeed holds nothing', async () => {
  const calls: number[] = [];
  const effect = workInKeyOrder<{ index: number }>(async ({ index }) => {
    calls.push(index);
    if (index === 0) throw new DependencyError('away', 'away');
    if (index === 1) throw new FatalRecordError('no', 'no');
    if (index === 4) throw new TypeError('fetch failed');
    if (index === 6) throw undefined;
  });

  const results = await effect.absorb(keyed(['a', 'b', 'a', 'b', 'c', 'c', 'd']), budgetOf(4));

  expect(results).toMatchObject([
    { code: 'away' },
    { code: 'no' },
    { code: 'away' },
    undefined,
    { message: 'fetch failed' },
    { message: 'fetch failed' },
    { message: 'undefined' },
  ]);
  expect(results.map((error) => error && isRetriable(error, 'io'))).toEqual([
    true,
    false,
    true,
    undefined,
    true,
    true,
    true,
  ]);
  expect(calls.filter((index) => index === 1)).toHaveLength(1);
  expect(calls.filter((index) => index === 4).length).toBeGreaterThan(1);
  expect(calls).not.toContain(2);
});

describe('work that hangs', () => {
  const budget = () => {
    const controller = new AbortController();
    return { budget: { ...budgetOf(9), signal: controller.signal }, end: () => controller.abort() };
  };
  const hangs = () => new Promise<void>(() => {});

  test('is left behind when time is up, and comes again with the later events of its key; other keys are done', async () => {
    const { budget: of, end } = budget();
    const begun: number[] = [];
    const effect = workInKeyOrder<{ key: string; index: number }>(async ({ key, index }) => {
      begun.push(index);
      if (key === 'a') await hangs();
    });

    const absorbed = effect.absorb(keyed(['a', 'b', 'a', 'b']), of);
    await new Promise(setImmediate);
    end();

    expect(await absorbed).toMatchObject([{ code: 'out_of_time' }, undefined, { code: 'out_of_time' }, undefined]);
    expect(begun).toEqual([0, 1, 3]);
  });

  test('hears of the end by its signal, which also keeps what has not begun from beginning', async () => {
    const { budget: of, end } = budget();
    const told: string[] = [];
    const effect = workInKeyOrder<{ key: string }>(
      ({ key }, { signal }) =>
        new Promise((_, reject) => {
          told.push(key);
          signal.addEventListener('abort', () => reject(new FatalRecordError('given_up', 'by a work that hides why')));
        }),
      { keysAtOnce: 1 },
    );

    const absorbed = effect.absorb(keyed(['a', 'b']), of);
    await new Promise(setImmediate);
    end();

    expect(await absorbed).toMatchObject([{ code: 'out_of_time' }, { code: 'out_of_time' }]);
    expect(told).toEqual(['a']);
  });
});
