import type { KeyedEvent } from '../../../lambdas/kafka/consume';
import type { ConsumedRecord } from '../../../lambdas/kafka/record';
import type { Budget } from '../../../lambdas/kafka/retry';

export function aRecord(overrides: Partial<ConsumedRecord> = {}): ConsumedRecord {
  const offset = overrides.offset ?? 0;
  return {
    topic: 'orders',
    partition: 0,
    offset,
    timestamp: 1_763_700_000_000 + offset,
    key: Buffer.from(`key-${offset}`),
    value: Buffer.from(`{"n":${offset}}`),
    headers: [],
    ...overrides,
  };
}

/** A budget that never waits, and ends after so many looks at it. */
export function aBudget(looks = 3): Budget {
  let left = looks;
  return { remainingMs: () => (left-- > 0 ? 60_000 : 0), pause: async () => {}, signal: new AbortController().signal };
}

export const eventsOf = <E>(
  consumer: { split(record: ConsumedRecord): readonly KeyedEvent<E>[] },
  records: readonly ConsumedRecord[],
) => records.flatMap((record) => [...consumer.split(record)]);
