/** Offsets from `first` to `last` of one partition, both included. */
export interface OffsetRange {
  readonly first: number;
  readonly last: number;
}

/** What an object of the archive holds, as its name says. */
export interface ArchivedRange extends OffsetRange {
  readonly topic: string;
  readonly partition: number;
  /** Set on a note that these offsets hold no record, as a transaction's markers do not. */
  readonly gap?: true;
}

/** Enough for Kafka's largest offset, 2⁶³ − 1, so that names sort as offsets do. */
const DIGITS = 19;
const GAP = '.gap';

const NAME = /^(?<topic>[^/]+)\/(?<partition>\d+)\/(?<first>\d{19})-(?<last>\d{19})(?<gap>\.gap)?$/;

/** `orders/3/0000000000000000120-0000000000000000347`; a noted gap has `.gap` behind it. */
export function objectName({ topic, partition, first, last, gap }: ArchivedRange): string {
  return `${topic}/${partition}/${padded(first)}-${padded(last)}${gap ? GAP : ''}`;
}

/** @returns undefined when the name is none of the archive's. */
export function parseObjectName(name: string): ArchivedRange | undefined {
  const parts = NAME.exec(name)?.groups;
  if (!parts) return undefined;
  const { topic = '', partition, first, last, gap } = parts;
  const range = { topic, partition: Number(partition), first: Number(first), last: Number(last) };
  return range.first > range.last ? undefined : { ...range, ...(gap && { gap: true as const }) };
}

const padded = (offset: number) => String(offset).padStart(DIGITS, '0');
