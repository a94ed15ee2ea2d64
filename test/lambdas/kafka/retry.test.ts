import * as fc from 'fast-check';
import { FatalRecordError } from '../../../lambdas/errors';
import { backoffMs, invocationBudget, mayPass, retryWithin } from '../../../lambdas/kafka/retry';
import { budgetOf } from './budgets';

test('tries while there is time, then throws the last error', async () => {
  let tries = 0;
  const failing = () => Promise.reject(new Error(`try ${++tries}`));
  await expect(retryWithin(budgetOf(3), mayPass, failing)).rejects.toThrow('try 4');
});

test('does not try again what can never succeed', async () => {
  let tries = 0;
  const fatal = async () => {
    tries++;
    throw new FatalRecordError('no', 'no');
  };
  await expect(retryWithin(budgetOf(3), mayPass, fatal)).rejects.toThrow('no');
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
  expect(invocationBudget(() => 60_000).remainingMs()).toBe(57_000);
  expect(invocationBudget(() => 2_000).remainingMs()).toBe(1_000);
});
