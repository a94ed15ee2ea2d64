/** An object on its way into the store. */
export interface NewObject {
  /** `audit/orders/…`: no leading slash. */
  readonly key: string;
  readonly body: Buffer;
  /** A media type: `text/csv; charset=utf-8`. */
  readonly type: string;
  /** Set when the body is compressed. */
  readonly encoding?: 'gzip';
}

/** Objects in a bucket. They are written once and never replaced. */
export interface ObjectStore {
  /**
   * Writes the object unless its key is taken; what is there stays as it is.
   *
   * @param signal gives the attempt up
   * @throws any error when it is not known whether the object is there; to try again is harmless.
   */
  putIfAbsent(object: NewObject, signal?: AbortSignal): Promise<'stored' | 'present'>;
  /** @returns the object's bytes as they were put; undefined when there is none. */
  get(key: string, signal?: AbortSignal): Promise<Buffer | undefined>;
  /** Objects whose keys have this prefix, in UTF-8 byte order, with their sizes. */
  list(prefix: string): AsyncIterable<{ readonly key: string; readonly bytes: number }>;
}
