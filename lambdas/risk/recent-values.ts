const CAPACITY = 50_000;

/** @param anew whether to read also what is still remembered */
export type RecentValues<T> = (names: readonly string[], anew?: boolean) => Promise<ReadonlyMap<string, T>>;

/**
 * Values by name, read at most once in a while; names that the reading leaves out are read again each time.
 *
 * @param keptMs how long a value is used after it was read
 * @param read all the names of a call that are not known, each once
 */
export function createRecentValues<T>(
  keptMs: number,
  now: () => number,
  read: (names: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): RecentValues<T> {
  let known = new Map<string, { readonly value: T; readonly until: number }>();

  return async (names, anew = false) => {
    const time = now();
    const values = new Map<string, T>();
    const wanted: string[] = [];
    for (const name of new Set(names)) {
      const entry = known.get(name);
      if (entry && entry.until > time && !anew) values.set(name, entry.value);
      else wanted.push(name);
    }
    if (wanted.length === 0) return values;
    const fresh = await read(wanted);
    if (known.size > CAPACITY) known = new Map();
    for (const name of wanted) known.delete(name);
    for (const [name, value] of fresh) {
      known.set(name, { value, until: time + keptMs });
      values.set(name, value);
    }
    return values;
  };
}
