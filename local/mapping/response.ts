import type { PolledRecord } from './record';

/** What a function's answer says about its batch. */
export type Verdict =
  | { readonly kind: 'success' }
  /** These records failed, by `identityOf`; the others are done. */
  | { readonly kind: 'partial'; readonly failed: ReadonlySet<string> }
  /** The answer cannot be believed: the whole batch counts as failed. */
  | { readonly kind: 'invalid'; readonly reason: string };

export const identityOf = (topic: string, { partition, offset }: Pick<PolledRecord, 'partition' | 'offset'>): string =>
  `${topic}-${partition}@${offset}`;

/**
 * Reads a partial batch response. Null, `{}` and an empty or null list are success; an identifier that is malformed or
 * not in the batch makes the whole batch fail, since it is unknown what it was meant to say.
 *
 * @param payload the answer's JSON text
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 */
export function interpretResponse(payload: string, topic: string, batch: readonly PolledRecord[]): Verdict {
  let answer: unknown;
  try {
    answer = payload === '' ? null : JSON.parse(payload);
  } catch {
    return { kind: 'invalid', reason: 'the answer is not JSON' };
  }
  if (answer === null) return { kind: 'success' };
  if (typeof answer !== 'object' || Array.isArray(answer))
    return { kind: 'invalid', reason: 'the answer is not an object with batchItemFailures' };
  const { batchItemFailures } = answer as { batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) return { kind: 'success' };
  if (!Array.isArray(batchItemFailures)) return { kind: 'invalid', reason: 'batchItemFailures is not a list' };
  if (batchItemFailures.length === 0) return { kind: 'success' };
  return partial(batchItemFailures, topic, batch);
}

function partial(failures: readonly unknown[], topic: string, batch: readonly PolledRecord[]): Verdict {
  const known = new Set(batch.map((record) => identityOf(topic, record)));
  const failed = new Set<string>();
  for (const failure of failures) {
    const identifier = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    const { partition, offset } = (identifier ?? {}) as { partition?: unknown; offset?: unknown };
    if (typeof partition !== 'string' || typeof offset !== 'number')
      return { kind: 'invalid', reason: `itemIdentifier ${JSON.stringify(identifier)} is malformed` };
    const identity = `${partition}@${offset}`;
    if (!known.has(identity)) return { kind: 'invalid', reason: `${partition} offset ${offset} is not in the batch` };
    failed.add(identity);
  }
  return { kind: 'partial', failed };
}
