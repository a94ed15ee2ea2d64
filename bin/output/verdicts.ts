import pc from 'picocolors';
import type { OffsetRange } from '../../lambdas/audit/object-name';
import type { Verdict } from '../../lambdas/audit/verify';
import { visible } from './visible';

const HEAD = ['partition', 'first', 'last', 'archived to', 'missing', 'on its way', 'no record', 'objects', 'bytes'];
/** Of what is missing; JSON has it all. */
const MOST_LINES = 20;

/** A line for each partition; counts are of offsets. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) => {
    const { topic, partition, from, end, archivedTo, missing, pending, gaps, objects, bytes } = verdict;
    return [
      visible(`${topic}-${partition}`),
      end > from ? figure(from) : '–',
      end > from ? figure(end - 1) : '–',
      archivedTo > from ? figure(archivedTo - 1) : '–',
      ...[missing, pending, gaps].map((ranges) => (ranges.length > 0 ? figure(count(ranges)) : '–')),
      figure(objects),
      figure(bytes),
    ];
  });
  const widths = HEAD.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return [
    pc.dim(line(HEAD)),
    ...rows.map((row, i) => (isFaulty(verdicts[i] as Verdict) ? pc.red(line(row)) : line(row))),
  ].join('\n');
}

export interface Findings {
  readonly ok: boolean;
  readonly lines: readonly string[];
}

/**
 * What the verdicts come to, in words.
 *
 * @param waitedMs how long what is on its way was waited for; 0: not at all, and then it is no fault
 * @param windowMs how long a batch is gathered before it is archived
 */
export function findings(
  verdicts: readonly Verdict[],
  { waitedMs, windowMs }: { readonly waitedMs: number; readonly windowMs: number },
): Findings {
  const lost = verdicts.flatMap(({ topic, partition, missing }) =>
    missing.map(
      ({ why, ...range }) => `${topic}-${partition}: ${inWords(range)} missing${why === undefined ? '' : ` (${why})`}`,
    ),
  );
  const faults = [...lost, ...verdicts.flatMap(({ faults }) => faults)];
  const onTheWay = count(verdicts.flatMap(({ pending }) => pending));
  const late = onTheWay > 0 && waitedMs > 0;
  const ok = faults.length === 0 && !late;
  return {
    ok,
    lines: [
      ...faults.slice(0, MOST_LINES).map(visible),
      ...(faults.length > MOST_LINES ? [`and ${faults.length - MOST_LINES} more: --json has them all`] : []),
      ...(onTheWay > 0 ? [wayInWords(onTheWay, waitedMs, windowMs)] : []),
      faults.length === 0 ? 'No offset is missing from the archive.' : pc.red('The archive is not whole.'),
    ],
  };
}

function wayInWords(offsets: number, waitedMs: number, windowMs: number): string {
  const [verb, window] = [offsets === 1 ? 'offset is' : 'offsets are', Math.round(windowMs / 1_000)];
  if (waitedMs > 0) return `${figure(offsets)} ${verb} not archived after ${waitedMs / 1_000} s: does audit run?`;
  return `${figure(offsets)} ${verb} on the way: audit gathers a batch for up to ${window} s (--wait ${window + 30} waits for it)`;
}

const isFaulty = ({ status }: Verdict) => status === 'missing' || status === 'inconsistent';
const count = (ranges: readonly OffsetRange[]) => ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
const figure = (value: number) => value.toLocaleString('en');
const inWords = ({ first, last }: OffsetRange) =>
  first === last ? `offset ${first} is` : `offsets ${first} to ${last} are`;
