/**
 * Where a book's rows stand in its table, keys `pk` and `sk`. Log rows and pieces of a snapshot have partitions of their own,
 * so that a busy item is not held to what one partition takes. They are written over in place, so a book never leaves rubbish:
 * the log is a ring, and there are two snapshots, of which the head row names the one that counts.
 */

/** Versions the log holds. */
export const RING = 8192;

export type Slot = 'a' | 'b';

export interface Place {
  readonly pk: string;
  readonly sk: string;
}

export const headPlace = (item: string): Place => ({ pk: `book#${item}`, sk: 'head' });
export const logPlace = (item: string, version: number, ring: number): Place => ({
  pk: `book#${item}#log#${version % ring}`,
  sk: 'log',
});
export const piecePlace = (item: string, slot: Slot, piece: number): Place => ({
  pk: `book#${item}#snapshot#${slot}#${piece}`,
  sk: 'snapshot',
});
