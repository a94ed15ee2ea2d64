/** The records of one partition that wait, as far as building a batch looks at them. */
export interface Waiting {
  readonly length: number;
  /** Bytes of the record at this place in the event's JSON. */
  sizeAt(index: number): number;
}

export interface BatchLimits {
  readonly batchSize: number;
  /** Of the whole payload. */
  readonly maxBytes: number;
  /** Bytes of a payload with records of so many partitions, beside the records' own. */
  overhead(partitions: number): number;
}

export interface BatchPlan {
  /** How many of each partition's oldest records the batch takes. */
  readonly take: readonly number[];
  /** Whether a limit was reached, so that waiting for more is of no use. */
  readonly full: boolean;
}

/**
 * Fills a batch partition by partition, oldest first, until the count or the payload is full. A record too large for
 * any payload travels alone, so that it can be discarded by itself.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html#invocation-eventsourcemapping-batching
 */
export function planBatch(waiting: readonly Waiting[], limits: BatchLimits): BatchPlan {
  const take: number[] = waiting.map(() => 0);
  let count = 0;
  let partitions = 0;
  let bytes = 0;
  for (const [index, queue] of waiting.entries()) {
    for (let at = 0; at < queue.length; at++) {
      if (count === limits.batchSize) return { take, full: true };
      // One more for its comma.
      const size = queue.sizeAt(at) + 1;
      const withIt = bytes + size + limits.overhead(at === 0 ? partitions + 1 : partitions);
      if (withIt > limits.maxBytes && count > 0) return { take, full: true };
      if (at === 0) partitions += 1;
      bytes += size;
      count += 1;
      take[index] = at + 1;
      if (withIt > limits.maxBytes) return { take, full: true };
    }
  }
  return { take, full: count >= limits.batchSize };
}
