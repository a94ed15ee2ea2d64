import { type Figures, sumFigures } from './figures';
import { type Chunk, type ChunkRef, chunkOf, type Mark } from './marks';

/** An event that counts: in which window, what, and how a repeat is recognised. */
export interface Counted {
  readonly mark: Mark;
  /** `2026-11-21T10:05` */
  readonly window: string;
  readonly figures: Figures;
}

/** What is remembered of one partition of a topic, in one row; its chunks have rows of their own. */
export interface SourceRow {
  /** Counts the writes. */
  readonly version: number;
  /** Every offset up to here counts as absorbed; −1 at first. */
  readonly floor: number;
  /** Runs of marks, oldest first. The last one's marks are in `cut` until its row is written. */
  readonly chunks: readonly ChunkRef[];
  /** The marks after the last chunk. */
  readonly tail: readonly Mark[];
  /** What the last write added, by window: durable with this row, and in the windows' own rows before the next write. */
  readonly journal: readonly (readonly [window: string, delta: Figures])[];
  /** Marks of the chunk that the last write cut off. */
  readonly cut?: readonly Mark[];
}

/** The row with its marks in memory. */
export interface SourceState extends SourceRow {
  readonly chunks: readonly Chunk[];
}

export interface MarkLimits {
  /** Marks that are kept at least: a repeat is absorbed however late, a republished event if this near. */
  readonly distance: number;
  /** Marks that make a chunk. */
  readonly chunk: number;
}

export const emptySource: SourceState = { version: 0, floor: -1, chunks: [], tail: [], journal: [] };

/**
 * Folds events of one partition into its state. Pure.
 *
 * An offset is absorbed once: it is among the marks, or below the floor, which rises only when the oldest marks are let go.
 * So the events may come in any order and any cuts as long as none is overtaken by `distance` others. An id among the marks
 * is an event that was published again: it is marked anew, so that the next repeat finds it near, and adds nothing.
 *
 * @returns the state to write; undefined when all events were repeats.
 */
export function absorbEvents(
  state: SourceState,
  events: readonly Counted[],
  { distance, chunk: chunkSize }: MarkLimits,
): SourceState | undefined {
  const offsets = new Set(state.tail.map(({ offset }) => offset));
  const ids = new Set(state.tail.map(({ id }) => id));
  const hasOffset = (offset: number) =>
    offset <= state.floor || offsets.has(offset) || state.chunks.some((chunk) => chunk.offsets.has(offset));
  const hasId = (id: string) => ids.has(id) || state.chunks.some((chunk) => chunk.ids.has(id));

  const marks: Mark[] = [];
  const deltas = new Map<string, Figures[]>();
  for (const { mark, window, figures } of events) {
    if (hasOffset(mark.offset)) continue;
    if (!hasId(mark.id)) {
      const delta = deltas.get(window);
      if (delta) delta.push(figures);
      else deltas.set(window, [figures]);
    }
    marks.push(mark);
    offsets.add(mark.offset);
    ids.add(mark.id);
  }
  if (marks.length === 0) return undefined;

  const version = state.version + 1;
  const tail = [...state.tail, ...marks];
  const full = tail.length >= chunkSize;
  const kept = letGo([...state.chunks, ...(full ? [chunkOf(version, tail)] : [])], full ? 0 : tail.length, distance);
  return {
    version,
    floor: Math.max(state.floor, kept.floor),
    chunks: kept.chunks,
    tail: full ? [] : tail,
    journal: [...deltas].map(([window, all]) => [window, sumFigures(all)] as const),
    ...(full && { cut: tail }),
  };
}

/** Drops the oldest chunks as long as enough marks stay. */
function letGo(chunks: readonly Chunk[], others: number, distance: number) {
  let count = others + chunks.reduce((sum, chunk) => sum + chunk.count, 0);
  let floor = -1;
  let first = 0;
  for (const chunk of chunks) {
    if (count - chunk.count < distance) break;
    count -= chunk.count;
    floor = Math.max(floor, chunk.last);
    first += 1;
  }
  return { chunks: chunks.slice(first), floor };
}
