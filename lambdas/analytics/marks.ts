import { createHash } from 'node:crypto';

/** That an event was absorbed: where its record stood, and which event it was. */
export interface Mark {
  readonly offset: number;
  /** Hash of the event id, 10 bytes as base64url: two ids share one as good as never (10⁴ of 2⁸⁰). */
  readonly id: string;
}

/** A run of marks that has a row of its own; rows are named by the state's version that made them. */
export interface ChunkRef {
  readonly version: number;
  readonly count: number;
  /** The highest offset in it. */
  readonly last: number;
}

/** A chunk in memory, ready to be searched. */
export interface Chunk extends ChunkRef {
  readonly offsets: ReadonlySet<number>;
  readonly ids: ReadonlySet<string>;
}

export const markOf = (offset: number, eventId: string): Mark => ({
  offset,
  id: createHash('sha256').update(eventId).digest().toString('base64url', 0, ID_BYTES),
});

export function chunkOf(version: number, marks: readonly Mark[]): Chunk {
  return {
    version,
    count: marks.length,
    last: marks.reduce((last, { offset }) => Math.max(last, offset), -1),
    offsets: new Set(marks.map(({ offset }) => offset)),
    ids: new Set(marks.map(({ id }) => id)),
  };
}

const OFFSET_BYTES = 6;
const ID_BYTES = 10;
const MARK_BYTES = OFFSET_BYTES + ID_BYTES;

/** Marks as bytes, 16 each. */
export function packMarks(marks: readonly Mark[]): Buffer {
  const packed = Buffer.alloc(marks.length * MARK_BYTES);
  marks.forEach(({ offset, id }, index) => {
    packed.writeUIntBE(offset, index * MARK_BYTES, OFFSET_BYTES);
    packed.write(id, index * MARK_BYTES + OFFSET_BYTES, 'base64url');
  });
  return packed;
}

export function unpackMarks(bytes: Uint8Array): Mark[] {
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: packed.length / MARK_BYTES }, (_, index) => ({
    offset: packed.readUIntBE(index * MARK_BYTES, OFFSET_BYTES),
    id: packed.toString('base64url', index * MARK_BYTES + OFFSET_BYTES, (index + 1) * MARK_BYTES),
  }));
}
