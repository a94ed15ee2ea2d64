import fc from 'fast-check';
import type { PolledRecord } from '../../../local/mapping/record';
import { identityOf, type Verdict } from '../../../local/mapping/response';
import { type Attempt, backoffMs, dropExpired, planRetry, retryPolicy } from '../../../local/mapping/retry-plan';
import { aMapping, aPolledRecord, records } from './builders';

const forever = { maximumRetryAttempts: -1, maximumRecordAgeMs: -1, bisect: false };
const error: Verdict = { kind: 'invalid', reason: 'it threw' };
const failedAt = (...failed: PolledRecord[]): Verdict => ({
  kind: 'partial',
  failed: new Set(failed.map((record) => identityOf('orders', record))),
});
const offsets = (attempts: readonly Attempt[]) =>
  attempts.map((attempt) => attempt.records.map(({ offset }) => offset));

test('success leaves nothing to do', () => {
  expect(planRetry({ records: records(0, 1, 2), retries: 3 }, { kind: 'success' }, forever, 'orders').retry).toEqual(
    [],
  );
});

test('a function error retries the whole batch', () => {
  const plan = planRetry({ records: records(0, 1, 2), retries: 0 }, error, forever, 'orders');
  expect(plan).toMatchObject({ retry: [{ retries: 1 }], discard: [], backOff: true });
  expect(offsets(plan.retry)).toEqual([[1, 2]]);
});

test('a partial failure retries the reported items only, in their order', () => {
  const batch = records(0, 1, 2, 3, 4);
  const verdict = failedAt(batch[3] as PolledRecord, batch[1] as PolledRecord);
  expect(offsets(planRetry({ records: batch, retries: 0 }, verdict, forever, 'orders').retry)).toEqual([[2, 4]]);
});

test('bisect splits a failed batch in two at once, and a split is no retry', () => {
  const policy = { ...forever, bisect: true, maximumRetryAttempts: 0 };
  const plan = planRetry({ records: records(0, 1, 2, 3), retries: 0 }, error, policy, 'orders');
  expect(offsets(plan.retry)).toEqual([[1, 2], [3]]);
  expect(plan).toMatchObject({ backOff: false, discard: [], retry: [{ retries: 0 }, { retries: 0 }] });
});

test('a batch of one is retried, not split', () => {
  const plan = planRetry({ records: records(0, 1), retries: 0 }, error, { ...forever, bisect: true }, 'orders');
  expect(plan).toMatchObject({ backOff: true, retry: [{ retries: 1 }] });
});

test('after the last retry the failed records are given up, and only they', () => {
  const batch = records(0, 1, 2, 3);
  const policy = { ...forever, maximumRetryAttempts: 2 };
  const plan = planRetry({ records: batch, retries: 2 }, failedAt(batch[1] as PolledRecord), policy, 'orders');
  expect(plan.retry).toEqual([]);
  expect(plan.discard).toEqual([batch[1]]);
});

const aBatch = fc.integer({ min: 1, max: 30 }).map((size) => records(0, ...Array.from({ length: size }, (_, i) => i)));

test('whatever happens, a record is in at most one retry or given up, and a failed one in exactly one', () => {
  const aPolicy = fc.record({
    maximumRetryAttempts: fc.integer({ min: -1, max: 3 }),
    maximumRecordAgeMs: fc.constant(-1),
    bisect: fc.boolean(),
  });
  fc.assert(
    fc.property(aBatch, aPolicy, fc.nat({ max: 4 }), fc.func(fc.boolean()), (batch, policy, retries, fails) => {
      const failing = batch.filter(({ offset }) => fails(offset));
      for (const [verdict, failed] of [[failedAt(...failing), failing] as const, [error, batch] as const]) {
        const { retry, discard } = planRetry({ records: batch, retries }, verdict, policy, 'orders');
        expect([...retry.flatMap((attempt) => attempt.records), ...discard]).toEqual(failed);
      }
    }),
  );
});

test('one poison record in a batch of 500 is alone after nine splits', () => {
  const batch = records(0, ...Array.from({ length: 500 }, (_, i) => i));
  let attempt: Attempt = { records: batch, retries: 0 };
  let splits = 0;
  while (attempt.records.length > 1) {
    const { retry } = planRetry(attempt, error, { ...forever, bisect: true }, 'orders');
    attempt = retry.find((half) => half.records.some(({ offset }) => offset === 321)) as Attempt;
    splits += 1;
  }
  expect(splits).toBeLessThanOrEqual(9);
});

test('records past the maximum age are parted from the others', () => {
  const [old, young] = [aPolledRecord({ bornAt: 1_000 }), aPolledRecord({ bornAt: 50_000 })];
  const policy = { ...forever, maximumRecordAgeMs: 60_000 };
  expect(dropExpired([old, young], policy, 61_001)).toEqual({ fresh: [young], expired: [old] });
  expect(dropExpired([old, young], forever, 1e12).expired).toEqual([]);
});

test('the policy is what the mapping says, which the assembly has resolved', () => {
  const onFailure = { kind: 'kafka' as const, target: 'failed' };
  expect(retryPolicy(aMapping({ onFailure }))).toEqual(forever);
  const mapping = { maximumRetryAttempts: 2, maximumRecordAgeSeconds: 60, bisectBatchOnFunctionError: true };
  expect(retryPolicy(aMapping(mapping))).toEqual({ maximumRetryAttempts: 2, maximumRecordAgeMs: 60_000, bisect: true });
});

test('the pause before a retry grows, and never beyond five seconds', () => {
  expect(backoffMs(1, 0)).toBe(75);
  expect(backoffMs(2, 0)).toBe(150);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      expect(backoffMs(failures, random)).toBeLessThanOrEqual(5_000);
    }),
  );
});
