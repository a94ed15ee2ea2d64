import { once } from 'node:events';
import * as fc from 'fast-check';
import { FatalRecordError } from '../../../lambdas/errors';
import { backoffMs, invocationBudget, retryWithin } from '../../../lambdas/kafka/retry';
import { budgetOf } from './budgets';

test('tries while there is time, then throws the last error', async () => {
  let tries = 0;
  const failing = () => Promise.reject(new Error(`try ${++tries}`));
  await expect(retryWithin(budgetOf(3), failing)).rejects.toThrow('try 4');
});

test('does not try again what can never succeed', async () => {
  let tries = 0;
  const fatal = async () => {
    tries++;
    throw new FatalRecordError('no', 'no');
  };
  await expect(retryWithin(budgetOf(3), fatal)).rejects.toThrow('no');
  expect(tries).toBe(1);
});

test('waits longer with each try, never over two seconds, and never the same for all', () => {
  void fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, dice) => {
      const wait = backoffMs(attempt, () => dice);
      expect(wait).toBeGreaterThanOrEqual(12.5);
      expect(wait).toBeLessThanOrEqual(2_000);
    }),
  );
  expect(backoffMs(4, () => 0.5)).toBeGreaterThan(backoffMs(3, () => 0.5));
});

test('keeps time for the answer: three seconds, or half of a short time-out', () => {
  const budgets = [60_000, 2_000].map((limit) => invocationBudget(() => limit));
  expect(budgets.map((budget) => budget.remainingMs())).toEqual([57_000, 1_000]);
  for (const budget of budgets) budget.close();
});

test('its signal is aborted when the time for work is up, in the middle of a millisecond too', async () => {
  const budget = invocationBudget(() => 7.3);
  await once(budget.signal, 'abort');
  expect(budget.signal.aborted).toBe(true);
});
