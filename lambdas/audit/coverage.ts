import type { ArchivedRange, OffsetRange } from './object-name';

/** Where a partition of the log begins and ends. */
export interface PartitionEnds {
  readonly topic: string;
  readonly partition: number;
  /** The first offset that the log still holds. */
  readonly earliest: number;
  /** The offset that the next record will get. */
  readonly end: number;
}

/** What the names of a partition's objects prove. */
export interface Coverage {
  /** Proved from here: the log's beginning, or the archive's when that is older. */
  readonly from: number;
  readonly end: number;
  /** Offsets between archived ones that no object names. */
  readonly holes: readonly OffsetRange[];
  /** Offsets up to the end that no object names: on their way, or lost. */
  readonly tail?: OffsetRange;
  /** Offsets that objects name although the log has not come to them: it was made anew under the same name. */
  readonly beyond?: OffsetRange;
  /** Offsets named by more than one object: a repeat had other cuts. Harmless. */
  readonly repeated: number;
}

/** Compares what the objects of one partition claim to hold with what the log had. Pure; ranges in any order. */
export function coverageOf({ earliest, end }: PartitionEnds, ranges: readonly ArchivedRange[]): Coverage {
  const sorted = [...ranges].sort((one, other) => one.first - other.first || one.last - other.last);
  const from = Math.min(earliest, sorted[0]?.first ?? earliest);
  const holes: OffsetRange[] = [];
  let next = from;
  let repeated = 0;
  for (const { first, last } of sorted) {
    if (first > next) holes.push({ first: next, last: first - 1 });
    repeated += Math.max(0, Math.min(next, last + 1) - first);
    next = Math.max(next, last + 1);
  }
  return {
    from,
    end,
    holes: holes.filter(({ first }) => first < end),
    ...(next < end && { tail: { first: next, last: end - 1 } }),
    ...(next > end && { beyond: { first: Math.max(end, from), last: next - 1 } }),
    repeated,
  };
}
