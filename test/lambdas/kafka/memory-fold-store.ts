import type { Fact } from '../../../lambdas/kafka/fold/fold';
import type { FoldStore, StoredState } from '../../../lambdas/kafka/fold/store';

type Operation = keyof FoldStore;

export interface MemoryFoldStoreOptions {
  /** Asked before and after each operation; throws to break it there. After it, the operation has taken place. */
  readonly fault?: (moment: 'before' | 'after', operation: Operation) => void;
  /** Asked before a state is written; throws to refuse it. */
  readonly refuse?: (key: string, next: StoredState) => void;
  /** Awaited around each operation, so that a test can interleave environments. */
  readonly turn?: (operation: Operation) => Promise<void>;
}

/** States and facts in memory, kept as JSON text as a table would keep them, with the guarantees of {@link FoldStore}. */
export class MemoryFoldStore implements FoldStore {
  readonly states = new Map<string, string>();
  readonly facts = new Map<string, string>();
  readonly counts: Record<Operation, number> = { loadStates: 0, loadFacts: 0, saveState: 0, saveFacts: 0 };

  constructor(private readonly options: MemoryFoldStoreOptions = {}) {}

  loadStates(keys: readonly string[]): Promise<ReadonlyMap<string, StoredState>> {
    return this.#operate('loadStates', () => pick<StoredState>(this.states, keys));
  }

  loadFacts(keys: readonly string[]): Promise<ReadonlyMap<string, Fact>> {
    return this.#operate('loadFacts', () => pick<Fact>(this.facts, keys));
  }

  saveState(key: string, next: StoredState): Promise<'saved' | 'conflict'> {
    return this.#operate('saveState', () => {
      const version = this.state(key)?.version ?? 0;
      if (version !== next.version - 1) return 'conflict';
      this.options.refuse?.(key, next);
      this.states.set(key, JSON.stringify(next));
      return 'saved';
    });
  }

  saveFacts(facts: readonly Fact[]): Promise<void> {
    return this.#operate('saveFacts', () => {
      for (const fact of facts) {
        const bytes = JSON.stringify(fact);
        const before = this.facts.get(fact.key);
        // A refusal's item stays away from one that is there, and is replaced by what its event left when it was sent back.
        if (before !== undefined && fact.refused) continue;
        const isRefusal = before !== undefined && (JSON.parse(before) as Fact).refused?.code !== undefined;
        if (before !== undefined && before !== bytes && !isRefusal)
          throw new Error(`Fact ${fact.key} changed: ${before} → ${bytes}`);
        this.facts.set(fact.key, bytes);
      }
    });
  }

  state(key: string): StoredState | undefined {
    const text = this.states.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as StoredState);
  }

  /** All facts, also those that only a journal holds yet. */
  allFacts(): Map<string, Fact> {
    const all = pick<Fact>(this.facts, [...this.facts.keys()]);
    for (const key of this.states.keys()) for (const fact of this.state(key)?.journal ?? []) all.set(fact.key, fact);
    return all;
  }

  async #operate<T>(operation: Operation, work: () => T): Promise<T> {
    await this.options.turn?.(operation);
    this.options.fault?.('before', operation);
    this.counts[operation]++;
    const result = work();
    this.options.fault?.('after', operation);
    await this.options.turn?.(operation);
    return result;
  }
}

function pick<T>(from: ReadonlyMap<string, string>, keys: readonly string[]): Map<string, T> {
  if (new Set(keys).size !== keys.length) throw new Error('Keys repeat, which BatchGetItem refuses');
  return new Map(
    keys.flatMap((key) => {
      const text = from.get(key);
      return text === undefined ? [] : [[key, JSON.parse(text) as T] as const];
    }),
  );
}
