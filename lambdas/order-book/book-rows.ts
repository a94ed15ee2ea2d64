import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { packed, packedText, unpacked } from '../kafka/dynamo/packed';
import type { Fact } from '../kafka/fold/fold';
import type { Pending } from '../kafka/fold/store';
import type { Change, Depth, LevelSummary } from './book';
import type { BookState } from './book-state';
import type { SnapshotPointer } from './snapshot';

export type Item = Record<string, AttributeValue>;

/** What a head row says of a market besides its orders. */
export type Market = Pick<BookState, 'sequence' | 'volume' | 'lastPrice' | 'time'>;

/** The head row of a book: all of its last write, and where to find what came before. */
export interface Head {
  readonly version: number;
  readonly market: Market;
  /** Changes of the last write; those before stand in log rows. */
  readonly changes: Uint8Array;
  readonly journal: readonly Fact[];
  readonly pending?: Pending | undefined;
  readonly snapshot?: SnapshotPointer | undefined;
  /** Number of changes since the snapshot. */
  readonly logged: number;
  /** Number of resting orders, to check what was read. */
  readonly resting: number;
}

/**
 * `version`, `market` (JSON), `depth` (JSON, the best levels), `resting`, `changes` and `journal` (deflated JSON), `pending`
 * and `snapshot` (JSON), `logged`.
 */
export function writeHead(head: Head, depth: Depth): Item {
  return {
    version: { N: String(head.version) },
    market: { S: writeMarket(head.market) },
    depth: { S: JSON.stringify([depth.bids.map(tuple), depth.asks.map(tuple)]) },
    changes: { B: head.changes },
    journal: { B: packed(head.journal) },
    logged: { N: String(head.logged) },
    resting: { N: String(head.resting) },
    ...(head.pending ? { pending: { S: JSON.stringify(head.pending) } } : {}),
    ...(head.snapshot ? { snapshot: { S: JSON.stringify(head.snapshot) } } : {}),
  };
}

export function readHead(item: Item): Head {
  return {
    version: Number(item.version?.N),
    market: readMarket(item),
    changes: item.changes?.B as Uint8Array,
    journal: unpacked(item.journal?.B) as Fact[],
    pending: item.pending?.S === undefined ? undefined : (JSON.parse(item.pending.S) as Pending),
    snapshot: item.snapshot?.S === undefined ? undefined : (JSON.parse(item.snapshot.S) as SnapshotPointer),
    logged: Number(item.logged?.N),
    resting: Number(item.resting?.N),
  };
}

export function readMarket(item: Item): Market {
  const { sequence, volume, lastPrice, time } = JSON.parse(item.market?.S as string);
  return { sequence, volume: BigInt(volume), lastPrice, time };
}

export function readDepth(item: Item): Depth {
  const [bids, asks] = JSON.parse(item.depth?.S as string) as [Tuple[], Tuple[]];
  return { bids: bids.map(summary), asks: asks.map(summary) };
}

/** Changes of one version, or a piece of a snapshot: `version`, `changes` (deflated JSON). */
export const writeChanges = (version: number, changes: Uint8Array): Item => ({
  version: { N: String(version) },
  changes: { B: changes },
});

/** @returns undefined when the row holds another version, or none. */
export function readChanges(item: Item | undefined, version: number): readonly Change[] | undefined {
  return item && Number(item.version?.N) === version ? inflatedChanges(item.changes?.B as Uint8Array) : undefined;
}

export const inflatedChanges = (bytes: Uint8Array) => unpacked(bytes) as Change[];
export const deflatedChanges = (changes: readonly Change[]) => packed(changes);
/** Fast rather than small: a snapshot of a large book is tens of megabytes of text. */
export const deflatedPiece = (json: string): Uint8Array => packedText(json, { level: 1 });

type Tuple = [price: string, quantity: number, orders: number];
const tuple = ({ price, quantity, orders }: LevelSummary): Tuple => [price, quantity, orders];
const summary = ([price, quantity, orders]: Tuple): LevelSummary => ({ price, quantity, orders });

const writeMarket = ({ sequence, volume, lastPrice, time }: Market) =>
  JSON.stringify({ sequence, volume: String(volume), lastPrice, time });
