import type { ArchivedRange, OffsetRange } from './object-name';

/** Where a partition of the log begins and ends. */
export interface PartitionEnds {
  readonly topic: string;
  readonly partition: number;
  /** The first offset that the log still holds. */
  readonly earliest: number;
  /** The offset after the last one that is stable: what an open transaction wrote is not. */
  readonly end: number;
}

/** What the names of a partition's objects prove. */
export interface Coverage {
  /** Proved from here: the log's beginning, or the archive's when that is older. */
  readonly from: number;
  readonly end: number;
  /** The offset after the newest that an object names; `from` when there is none. */
  readonly archivedTo: number;
  /** Offsets before the end that no object names, in their order. */
  readonly unnamed: readonly OffsetRange[];
  /** Offsets that objects name although the log has not come to them: it was made anew under the same name. */
  readonly beyond?: OffsetRange;
  /** Offsets named by more than one object: a repeat had other cuts. Harmless. */
  readonly repeated: number;
}

/** Compares what the objects of one partition claim to hold with what the log had. Pure; ranges in any order. */
export function coverageOf({ earliest, end }: PartitionEnds, ranges: readonly ArchivedRange[]): Coverage {
  const sorted = [...ranges].sort((one, other) => one.first - other.first || one.last - other.last);
  const from = Math.min(earliest, sorted[0]?.first ?? earliest);
  const unnamed: OffsetRange[] = [];
  let next = from;
  let repeated = 0;
  for (const { first, last } of sorted) {
    if (first > next) unnamed.push({ first: next, last: first - 1 });
    repeated += Math.max(0, Math.min(next, last + 1) - first);
    next = Math.max(next, last + 1);
  }
  if (next < end) unnamed.push({ first: next, last: end - 1 });
  const before = ({ first, last }: OffsetRange) => ({ first, last: Math.min(last, end - 1) });
  return {
    from,
    end,
    archivedTo: next,
    unnamed: unnamed.filter(({ first }) => first < end).map(before),
    ...(next > end && { beyond: { first: Math.max(end, from), last: next - 1 } }),
    repeated,
  };
}
