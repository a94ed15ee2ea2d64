/** Nothing can be read where a tail was to begin; the message is one line for people. */
export class TailError extends Error {
  readonly code = 'TAIL_IMPOSSIBLE';
  readonly retriable = false;
}

/** A partition as the broker has it: the first offset kept, and the one after the last. */
export interface Extent {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
}

/** Where to begin in each partition: its first record, what comes from now on, or an offset. */
export type From = 'earliest' | 'latest' | number;

/**
 * Where a tail begins in each partition, and where that partition ends now.
 *
 * @param only one partition; absent: all
 * @throws TailError when there is no such partition, or no partition that is read has the offset
 */
export function tailStart(topic: string, extents: readonly Extent[], from: From, only: number | undefined) {
  const sorted = [...extents].sort((one, other) => one.partition - other.partition);
  const chosen = only === undefined ? sorted : sorted.filter(({ partition }) => partition === only);
  if (chosen.length === 0) {
    throw new TailError(`Topic ${topic} has no partition ${only}: its partitions are ${list(sorted)}`);
  }
  // The one after the last is where the next record will be.
  if (typeof from === 'number' && chosen.every(({ low, high }) => from < low || from > high)) {
    const held = chosen.map((extent) => `${topic}-${extent.partition} ${holds(extent)}`).join(', ');
    throw new TailError(`There is no offset ${from}: ${held}`);
  }
  return chosen.map(({ partition, low, high }) => {
    const start = from === 'earliest' ? low : from === 'latest' ? high : Math.min(Math.max(from, low), high);
    return { partition, start, end: high };
  });
}

const list = (extents: readonly Extent[]) =>
  extents.length === 1 ? `${extents[0]?.partition} alone` : `${extents[0]?.partition} to ${extents.at(-1)?.partition}`;

const holds = ({ low, high }: Extent) =>
  low === high ? `holds none, the next is ${high}` : `holds ${low} to ${high - 1}`;
