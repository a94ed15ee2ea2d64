import type { Book, Change } from './book';
import type { Slot } from './book-keys';

/** Where the newest complete snapshot is: so many pieces under one of two slots, of the book at this version. */
export interface SnapshotPointer {
  readonly version: number;
  readonly slot: Slot;
  readonly pieces: number;
}

/** Bytes of JSON in a piece: even if nothing in it compresses, it fits a DynamoDB item of 400 KB. */
const PIECE_BYTES = 350_000;

/** The book as JSON texts: lists of changes that build it from nothing. */
export function* piecesOf(book: Book, pieceBytes = PIECE_BYTES): Generator<string> {
  let orders: string[] = [];
  let bytes = 0;
  for (const side of ['BUY', 'SELL'] as const) {
    for (const { order_id, user, price, remaining } of book.orders(side)) {
      const text = JSON.stringify(['rest', order_id, user, side, price, remaining] satisfies Change);
      const size = Buffer.byteLength(text) + 1;
      if (bytes + size > pieceBytes && orders.length > 0) {
        yield `[${orders.join(',')}]`;
        orders = [];
        bytes = 0;
      }
      orders.push(text);
      bytes += size;
    }
  }
  yield `[${orders.join(',')}]`;
}

/** What a cold start would have to read, and what a snapshot would cost. */
export interface LogLength {
  /** Changes since the last snapshot. */
  readonly changes: number;
  /** Log rows since the last snapshot. */
  readonly versions: number;
  /** Orders in the book. */
  readonly resting: number;
}

/**
 * Snapshots are written when the log has grown to half of what a snapshot would hold, so that they cost a fraction of a write
 * unit per command however large the book is, and a cold start never reads more log than half a book, or 2,000 changes; and
 * always before the ring is full.
 */
export function snapshotIsDue({ changes, versions, resting }: LogLength, ring: number, leastChanges = 2_000): boolean {
  return changes >= Math.max(leastChanges, resting / 2) || versions >= (ring * 3) / 4;
}
