import { DependencyError } from '../errors';
import { Book } from './book';

/** The state of an item's market after a command. */
export interface BookState {
  /**
   * The resting orders. A book is too large to copy, so it changes in place; {@link revision} ties this state to the moment
   * it describes.
   */
  readonly book: Book;
  /** The book's revision that belongs to this state. */
  readonly revision: number;
  /** Number of the last trade; 0 before the first. */
  readonly sequence: number;
  /** Quantity traded so far. */
  readonly volume: bigint;
  /** Price of the last trade. */
  readonly lastPrice?: string | undefined;
  /** ISO 8601; of the last command. */
  readonly time?: string | undefined;
}

export function emptyMarket(): BookState {
  const book = new Book();
  return { book, revision: book.revision, sequence: 0, volume: 0n };
}

/**
 * The book, if this state is its newest.
 *
 * A write that failed leaves behind a book that has moved on from what is stored. The framework forgets it then; should
 * anything ever hold on to an older state, this is what keeps its orders from meeting a book of another time: the framework
 * answers a dependency's trouble by reading the state anew.
 *
 * @throws DependencyError `stale_book`
 */
export function bookOf({ book, revision }: BookState): Book {
  if (book.revision !== revision) {
    throw new DependencyError('stale_book', `The book is at ${book.revision}, its state at ${revision}: read it anew`);
  }
  return book;
}
