import { Stream } from 'node:stream';
import type { Item, Table } from 'dynalite/db';
import { dynamodbError } from './errors';
import type { Ledger, Range } from './ledger';

type Callback<T = unknown> = (error: unknown, value?: T) => void;

/** The largest item, in bytes (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html). */
const MAX_ITEM_BYTES = 409_600;

/**
 * Tables, items and index rows over a ledger, in the shape that dynalite's actions expect of their store. All but ranges answer
 * at once, so that an action runs from its first read to its last write without another between: no locks are needed.
 */
export class Store {
  readonly ledger: Ledger;
  readonly tableDb: Keyspace & { readonly awsAccountId: string; readonly awsRegion: string };
  readonly options = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0, maxItemSize: MAX_ITEM_BYTES };
  /** By table: the attribute that tells when an item expires. */
  readonly timesToLive: Keyspace;
  /** By ClientRequestToken: what is remembered of a transaction. */
  readonly tokens: Keyspace;
  readonly #spaces = new Map<string, Keyspace>();
  readonly #tables = new Map<string, Table>();

  constructor(ledger: Ledger) {
    this.ledger = ledger;
    this.timesToLive = new Keyspace(ledger, 'ttl');
    this.tokens = new Keyspace(ledger, 'token');
    const tableDb = new Keyspace(ledger, 'table', (name) => this.#tables.delete(name));
    this.tableDb = Object.assign(tableDb, { awsAccountId: '000000000000', awsRegion: 'us-east-1' });
  }

  getItemDb(table: string): Keyspace {
    return this.#space(`item-${table}`);
  }

  getIndexDb(kind: string, table: string, index: string): Keyspace {
    return this.#space(`index-${kind.toLowerCase()}~${table}~${index}`);
  }

  getTagDb(table: string): Keyspace {
    return this.#space(`tag-${table}`);
  }

  deleteItemDb(table: string, callback: Callback): void {
    this.timesToLive.put(table, undefined);
    this.getItemDb(table).clear(callback);
  }

  deleteIndexDb(kind: string, table: string, index: string, callback: Callback): void {
    this.getIndexDb(kind, table, index).clear(callback);
  }

  deleteTagDb(table: string, callback: Callback): void {
    this.getTagDb(table).clear(callback);
  }

  /** @param checkStatus false: in whatever status, and as a copy, since those who ask so change it. */
  getTable(name: string, checkStatus: boolean | Callback<Table>, callback?: Callback<Table>): void {
    const answer = typeof checkStatus === 'function' ? checkStatus : callback;
    const found = this.#table(name);
    const isReady = found && found.TableStatus !== 'CREATING' && found.TableStatus !== 'DELETING';
    if (checkStatus === false && found) answer?.(null, structuredClone(found));
    else if (checkStatus === false) answer?.(tableNotFound(name));
    else if (isReady) answer?.(null, found);
    else answer?.(notFoundError('Requested resource not found'));
  }

  /** @throws ApiError `ResourceNotFoundException` */
  table(name: string): Table {
    let result: Table | undefined;
    this.getTable(name, (error, table) => {
      if (error) throw error;
      result = table;
    });
    return result as Table;
  }

  async tables(): Promise<readonly Table[]> {
    const tables: Table[] = [];
    for await (const chunk of this.tableDb.entries({})) tables.push(...chunk.map(([, table]) => table as Table));
    return tables;
  }

  /** Removes it with all that begins with its name, also indexes that its definition does not name any more. */
  async remove(name: string): Promise<void> {
    this.timesToLive.put(name, undefined);
    for (const prefix of [`item-${name}~`, `index-local~${name}~`, `index-global~${name}~`, `tag-${name}~`]) {
      await this.ledger.clear({ gte: prefix, lt: `${prefix}\u00ff` });
    }
    this.tableDb.put(name, undefined);
  }

  #table(name: string): Table | undefined {
    const known = this.#tables.get(name);
    if (known) return known;
    const found = this.tableDb.value(name) as Table | undefined;
    if (found) this.#tables.set(name, found);
    return found;
  }

  #space(name: string): Keyspace {
    const known = this.#spaces.get(name);
    if (known) return known;
    const space = new Keyspace(this.ledger, name);
    this.#spaces.set(name, space);
    return space;
  }
}

/** The keys of a ledger that begin with a name. */
class Keyspace {
  readonly #ledger: Ledger;
  readonly #prefix: string;
  readonly #onChange: (key: string) => void;

  constructor(ledger: Ledger, name: string, onChange: (key: string) => void = () => {}) {
    this.#ledger = ledger;
    this.#prefix = `${name}~`;
    this.#onChange = onChange;
  }

  /** Nothing runs between two steps of an action, so that there is nothing to lock. */
  lock(_key: unknown, work: (release: <T>(callback: T) => T) => void): void {
    work((callback) => callback);
  }

  value(key: string): unknown {
    return this.#ledger.get(this.#prefix + key);
  }

  get(key: string, callback: Callback): void {
    const value = this.value(key);
    if (value === undefined) callback(notFoundError('Not found'));
    else callback(null, value);
  }

  put(key: string, value: unknown, callback: Callback = () => {}): void {
    this.#ledger.set(this.#prefix + key, value);
    this.#onChange(key);
    callback(null);
  }

  del(key: string, callback: Callback): void {
    this.put(key, undefined, callback);
  }

  batch(
    operations: readonly { readonly type: string; readonly key: string; readonly value?: Item }[],
    callback: Callback,
  ): void {
    for (const { type, key, value } of operations) this.put(key, type === 'del' ? undefined : value);
    callback(null);
  }

  async *entries(range: Range): AsyncGenerator<readonly [string, unknown][], void, void> {
    for await (const chunk of this.#ledger.entries(this.#within(range))) {
      yield chunk.map(([key, value]) => [key.slice(this.#prefix.length), value] as [string, unknown]);
    }
  }

  createKeyStream(range: Range = {}): Stream {
    return stream(this.entries(range), ([key]) => key);
  }

  createValueStream(range: Range = {}): Stream {
    return stream(this.entries(range), ([, value]) => value);
  }

  clear(callback: Callback): void {
    this.#ledger.clear(this.#within({})).then(() => callback(null), callback);
  }

  #within({ gt, gte, lt, lte, reverse = false, limit = -1 }: Range): Range {
    const from = gt === undefined ? { gte: this.#prefix + (gte ?? '') } : { gt: this.#prefix + gt };
    const upTo = lte === undefined ? { lt: this.#prefix + (lt ?? '\u00ff') } : { lte: this.#prefix + lte };
    return { ...from, ...upTo, reverse, limit };
  }
}

/** What dynalite's lists read: an old stream, that may be destroyed. */
function stream<T>(chunks: AsyncGenerator<readonly T[]>, pick: (entry: T) => unknown): Stream {
  let isDestroyed = false;
  const destroy = () => {
    isDestroyed = true;
  };
  const result = Object.assign(new Stream(), { destroy });
  const pump = async () => {
    for await (const chunk of chunks) {
      for (const entry of chunk) {
        if (isDestroyed) return;
        result.emit('data', pick(entry));
      }
    }
    if (!isDestroyed) result.emit('end');
  };
  pump().catch((error) => result.emit('error', error));
  return result;
}

const tableNotFound = (name: string) => notFoundError(`Requested resource not found: Table: ${name} not found`);

/** dynalite asks by this name whether a key is just not there. */
const notFoundError = (message: string) =>
  Object.assign(dynamodbError('ResourceNotFoundException', message), { name: 'NotFoundError' });
