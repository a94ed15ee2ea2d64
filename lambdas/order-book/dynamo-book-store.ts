import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DependencyError } from '../errors';
import { createDynamoFoldStore } from '../kafka/fold/dynamo-fold-store';
import type { FoldStore, StoredState } from '../kafka/fold/store';
import { runBounded } from '../kafka/run-bounded';
import { Book } from './book';
import { RING, type Slot } from './book-keys';
import { deflatedChanges, deflatedPiece, type Head, inflatedChanges } from './book-rows';
import { type BookState, bookOf } from './book-state';
import { createBookTable } from './book-table';
import { piecesOf, type SnapshotPointer, snapshotIsDue } from './snapshot';

export interface BookStoreOptions {
  /** Versions the log holds; must stay what it was when the table was first written. */
  readonly ring?: number;
  /** A log of fewer changes is not worth a snapshot. */
  readonly leastChanges?: number;
  /** Bytes of JSON in a piece of a snapshot. */
  readonly pieceBytes?: number;
  /** Levels of each side that readers see. */
  readonly depth?: number;
}

/** What this environment knows of the rows of a book in its memory. */
interface Written {
  readonly version: number;
  /** The last version's changes, which must be in the log before the head row is written over. */
  readonly changes: Uint8Array;
  /** Newest complete snapshot; the head row names it from its next write on. */
  readonly snapshot?: SnapshotPointer | undefined;
  /** Number of changes since then. */
  readonly logged: number;
}

const NOTHING: Written = { version: 0, changes: new Uint8Array(), logged: 0 };
/** Of a book whose write is under way, or failed: nobody knows where its rows stand. */
const UNCERTAIN: Written = { ...NOTHING, version: Number.NaN };

const BOOKS_AT_ONCE = 4;
const PIECES_AT_ONCE = 4;
const DEPTH_SHOWN = 20;

/**
 * Books in a DynamoDB table with keys `pk` and `sk`, for states that are too large for a row.
 *
 * A write is one conditional PutItem of the head row: it carries the version, the market's figures, the changes of this write
 * and its facts, so nothing needs a transaction. Before it is written over, its changes go into the log. From time to time the
 * whole book goes into a snapshot: pieces of it under the slot that the head row does not name; the next head row names it. A
 * cold start reads the head, the snapshot it names and the log after it.
 *
 * See book-keys.ts for the places and book-rows.ts for the attributes; facts stand as in the framework's own store.
 */
export function createDynamoBookStore(
  client: DynamoDBClient,
  table: string,
  options: BookStoreOptions = {},
): FoldStore {
  const { ring = RING, leastChanges, pieceBytes, depth = DEPTH_SHOWN } = options;
  const rows = createBookTable(client, table, ring);
  const facts = createDynamoFoldStore(client, table);
  const known = new WeakMap<Book, Written>();

  return {
    async loadStates(items) {
      const states = new Map<string, StoredState>();
      await runBounded([...(await rows.readHeads(items))], BOOKS_AT_ONCE, async ([item, head]) => {
        states.set(item, await load(item, head));
      });
      return states;
    },
    loadFacts: facts.loadFacts,
    saveFacts: facts.saveFacts,
    saveState: save,
  };

  async function load(item: string, head: Head): Promise<StoredState> {
    const { version, changes, snapshot, logged, journal, pending, market } = head;
    const book = new Book();
    const pieces = snapshot ? await rows.readSnapshot(item, snapshot) : [];
    const log = await rows.readLog(item, (snapshot?.version ?? 0) + 1, version - 1);
    for (const part of [...pieces, ...log, inflatedChanges(changes)]) for (const change of part) book.replay(change);
    if (book.size !== head.resting) {
      throw new DependencyError('book_damaged', `The book of ${item} has ${book.size} orders, not ${head.resting}`);
    }
    await written(item, book, { version, changes, snapshot, logged });
    const state: BookState = { ...market, book, revision: book.revision };
    return { version, state, journal, ...(pending ? { pending } : {}) };
  }

  async function save(item: string, next: StoredState): Promise<'saved' | 'conflict'> {
    const state = next.state as BookState;
    const book = bookOf(state);
    const before = known.get(book) ?? NOTHING;
    if (before.version !== next.version - 1) {
      throw new DependencyError('stale_book', `The rows of ${item} may have moved on from the book in memory`);
    }
    if (next.version - (before.snapshot?.version ?? 0) > ring) {
      throw new DependencyError('log_full', `The log of ${item} is full, and no snapshot of its book could be written`);
    }
    known.set(book, UNCERTAIN);
    const unsaved = book.takeUnsaved();
    const head: Head = {
      version: next.version,
      market: state,
      changes: deflatedChanges(unsaved),
      journal: next.journal,
      pending: next.pending,
      snapshot: before.snapshot,
      logged: before.logged + unsaved.length,
      resting: book.size,
    };
    if (before.version > 0) await rows.putLog(item, before.version, before.changes);
    if (!(await rows.putHead(item, head, book.depth(depth)))) return 'conflict';
    await written(item, book, head);
    return 'saved';
  }

  /** Remembers what is written, and writes a snapshot when one is due; a failure there only leaves the log longer. */
  async function written(item: string, book: Book, { version, changes, snapshot, logged }: Written): Promise<void> {
    known.set(book, { version, changes, snapshot, logged });
    const log = { changes: logged, versions: version - (snapshot?.version ?? 0), resting: book.size };
    if (!snapshotIsDue(log, ring, leastChanges)) return;
    const slot = snapshot?.slot === 'a' ? 'b' : 'a';
    const made = await writeSnapshot(item, book, version, slot).catch(() => undefined);
    if (made) known.set(book, { version, changes, snapshot: made, logged: 0 });
  }

  /** @returns undefined when another environment has gone on and uses the slot itself. */
  async function writeSnapshot(item: string, book: Book, version: number, slot: Slot) {
    const pieces = [...piecesOf(book, pieceBytes)];
    let overtaken = false;
    await runBounded([...pieces.entries()], PIECES_AT_ONCE, async ([number, json]) => {
      if (overtaken) return;
      if (!(await rows.putPiece(item, slot, number, version, deflatedPiece(json)))) overtaken = true;
    });
    return overtaken ? undefined : { version, slot, pieces: pieces.length };
  }
}
