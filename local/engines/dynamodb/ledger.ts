import { ClassicLevel } from 'classic-level';

/** Keys in the order of their UTF-8, from `gte` (or after `gt`) up to `lte` (or before `lt`). */
export interface Range {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  /** -1: no limit. */
  readonly limit?: number;
}

const NOTHING: ReadonlyMap<string, unknown> = new Map();

/**
 * JSON values in a LevelDB, read and written by one thread without waiting: a write counts for every later read at once, and
 * goes to LevelDB with all others of its turn as one batch. Whoever answers a request waits for `written` before: then what was
 * answered outlives the end of the process, and a request's writes outlive it all or not at all.
 *
 * LevelDB hands a batch to the operating system and does not wait for the disk: a killed process loses nothing, a power cut may
 * lose the last moments, but never half a batch.
 */
export class Ledger {
  readonly #level: ClassicLevel<string, unknown>;
  /** Later than what LevelDB has; undefined for what was removed. */
  #unwritten = new Map<string, unknown>();
  #writing = NOTHING;
  #written: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #undo: Map<string, { readonly value: unknown } | undefined> | undefined;

  /** Whether LevelDB did not take a batch, a full disk's for instance: what was set since is not to be trusted, and no later one is taken. */
  hasFailed = false;

  private constructor(level: ClassicLevel<string, unknown>) {
    this.#level = level;
  }

  static async open(folder: string): Promise<Ledger> {
    const level = new ClassicLevel<string, unknown>(folder, { valueEncoding: 'json' });
    await level.open();
    return new Ledger(level);
  }

  get(key: string): unknown {
    if (this.#unwritten.has(key)) return this.#unwritten.get(key);
    if (this.#writing.has(key)) return this.#writing.get(key);
    return this.#level.getSync(key);
  }

  /** @param value undefined removes it. */
  set(key: string, value: unknown): void {
    if (this.#undo && !this.#undo.has(key)) {
      this.#undo.set(key, this.#unwritten.has(key) ? { value: this.#unwritten.get(key) } : undefined);
    }
    this.#unwritten.set(key, value);
  }

  /** Runs it and takes back all its writes when it throws. May be nested. */
  atomically<T>(work: () => T): T {
    const outer = this.#undo;
    const undo = new Map<string, { readonly value: unknown } | undefined>();
    this.#undo = undo;
    try {
      const result = work();
      for (const [key, before] of undo) if (outer && !outer.has(key)) outer.set(key, before);
      return result;
    } catch (error) {
      for (const [key, before] of undo) {
        if (before) this.#unwritten.set(key, before.value);
        else this.#unwritten.delete(key);
      }
      throw error;
    } finally {
      this.#undo = outer;
    }
  }

  /**
   * When all that was set before is with LevelDB; undefined when it is already.
   *
   * @throws what LevelDB says, then and ever after
   */
  written(): Promise<void> | undefined {
    if (this.#unwritten.size === 0) return this.#written;
    this.#next ??= (this.#written ?? new Promise((resolve) => setImmediate(resolve))).then(() => this.#write());
    return this.#next;
  }

  #write(): Promise<void> {
    const writing = this.#unwritten;
    this.#writing = writing;
    this.#unwritten = new Map();
    this.#next = undefined;
    const batch = [...writing].map(([key, value]) =>
      value === undefined ? ({ type: 'del', key } as const) : ({ type: 'put', key, value } as const),
    );
    const written = this.#level.batch(batch).then(
      () => {
        this.#writing = NOTHING;
        if (this.#written === written) this.#written = undefined;
      },
      (error) => {
        this.hasFailed = true;
        throw error;
      },
    );
    this.#written = written;
    return written;
  }

  /** Entries as they are with LevelDB at one moment, no earlier than when all set before is. A chunk at a time. */
  async *entries(range: Range): AsyncGenerator<readonly [string, unknown][], void, void> {
    await this.written();
    const iterator = this.#level.iterator(range);
    try {
      for (;;) {
        const chunk = await iterator.nextv(CHUNK);
        if (chunk.length === 0) return;
        yield chunk;
      }
    } finally {
      await iterator.close();
    }
  }

  /** Removes what LevelDB has there; nothing may be set there meanwhile. */
  async clear(range: Range): Promise<void> {
    await this.written();
    await this.#level.clear(range);
  }

  async close(): Promise<void> {
    await this.written();
    await this.#level.close();
  }
}

const CHUNK = 256;
