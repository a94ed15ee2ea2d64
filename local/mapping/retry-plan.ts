import type { MappingModel } from '../model';
import type { PolledRecord } from './record';
import { identityOf, type Verdict } from './response';

/** Records that go to the function in one invocation. */
export interface Attempt {
  readonly records: readonly PolledRecord[];
  /** Retries that were made of them before; a split does not count. */
  readonly retries: number;
}

/** Why a record is given up. */
export type DiscardCondition = 'RetriesExhausted' | 'EventAgeExceeded' | 'MaximumPayloadSizeExceeded';

export interface RetryPolicy {
  /** -1: for ever. */
  readonly maximumRetryAttempts: number;
  /** -1: any age. */
  readonly maximumRecordAgeMs: number;
  readonly bisect: boolean;
}

export interface RetryPlan {
  /** What to invoke next, in this order where partitions are shared. Records in neither list are done. */
  readonly retry: readonly Attempt[];
  readonly discard: readonly PolledRecord[];
  /** Whether to wait before the retry: not when a batch was split, which isolates its bad record at once. */
  readonly backOff: boolean;
}

const ALL_DONE: RetryPlan = { retry: [], discard: [], backOff: false };

/**
 * The rules a mapping retries by.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 */
export const retryPolicy = (mapping: MappingModel): RetryPolicy => ({
  maximumRetryAttempts: mapping.maximumRetryAttempts,
  maximumRecordAgeMs: mapping.maximumRecordAgeSeconds === -1 ? -1 : mapping.maximumRecordAgeSeconds * 1000,
  bisect: mapping.bisectBatchOnFunctionError,
});

/** What becomes of an attempt's records after the function answered. */
export function planRetry(attempt: Attempt, verdict: Verdict, policy: RetryPolicy, topic: string): RetryPlan {
  if (verdict.kind === 'success') return ALL_DONE;
  if (verdict.kind === 'partial') {
    const failed = attempt.records.filter((record) => verdict.failed.has(identityOf(topic, record)));
    return again({ ...attempt, records: failed }, policy);
  }
  if (policy.bisect && attempt.records.length > 1) return { retry: halves(attempt), discard: [], backOff: false };
  return again(attempt, policy);
}

function again({ records, retries }: Attempt, policy: RetryPolicy): RetryPlan {
  const exhausted = policy.maximumRetryAttempts !== -1 && retries >= policy.maximumRetryAttempts;
  if (exhausted) return { retry: [], discard: records, backOff: false };
  return { retry: [{ records, retries: retries + 1 }], discard: [], backOff: true };
}

function halves({ records, retries }: Attempt): Attempt[] {
  const middle = Math.ceil(records.length / 2);
  return [records.slice(0, middle), records.slice(middle)].map((half) => ({ records: half, retries }));
}

/**
 * Parts the records that are too old to be sent from those that are not. A record's age is what the wall clock said when it
 * came, and the time since then: a clock that is set while records wait makes none of them older.
 *
 * @param now milliseconds of the clock that nobody sets
 */
export function dropExpired(
  records: readonly PolledRecord[],
  policy: RetryPolicy,
  now: number,
): { readonly fresh: readonly PolledRecord[]; readonly expired: readonly PolledRecord[] } {
  if (policy.maximumRecordAgeMs === -1) return { fresh: records, expired: [] };
  const isExpired = (record: PolledRecord) => now - record.bornAt > policy.maximumRecordAgeMs;
  return { fresh: records.filter((record) => !isExpired(record)), expired: records.filter(isExpired) };
}

/**
 * Milliseconds to wait before the nth consecutive failed invocation of the same records is repeated: doubling, with a
 * cap low enough that a dependency's return shows within seconds.
 *
 * @param failures 1 after the first failure
 * @param random in [0, 1): many mappings fail at once when a database is away, and should not come back at once
 */
export function backoffMs(failures: number, random: number): number {
  return Math.min(5_000, 100 * 2 ** Math.min(failures - 1, 10)) * (0.75 + random / 4);
}
