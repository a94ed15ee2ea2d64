import type { Fact } from './fold';
import type { StoredState } from './store';

/** A state as this environment last saw it. Every write checks its version, so that a stale one can only lose. */
export interface CachedState extends StoredState {
  /** Facts of the journal that are not known to have items of their own. */
  readonly unwritten: readonly Fact[];
  /** From memory, so that another environment may have written a newer one since. */
  readonly remembered?: boolean;
}

/**
 * The states of the keys used last, in an execution environment's memory; at least one of them.
 *
 * @param capacity the most that all states together may weigh
 * @param weigh what a state takes up; without it they weigh 1 each
 */
export class StateCache {
  readonly #states = new Map<string, { readonly state: CachedState; readonly weight: number }>();
  #weight = 0;

  constructor(
    private readonly capacity: number,
    private readonly weigh: (state: unknown) => number = () => 1,
  ) {}

  get(key: string): CachedState | undefined {
    const entry = this.#states.get(key);
    if (!entry) return undefined;
    this.#states.delete(key);
    this.#states.set(key, entry);
    return entry.state;
  }

  set(key: string, state: CachedState): void {
    this.forget(key);
    const weight = state.version === 0 ? 1 : this.weigh(state.state);
    this.#states.set(key, { state, weight });
    this.#weight += weight;
    for (const oldest of this.#states.keys()) {
      if (this.#weight <= this.capacity || oldest === key) break;
      this.forget(oldest);
    }
  }

  forget(key: string): void {
    this.#weight -= this.#states.get(key)?.weight ?? 0;
    this.#states.delete(key);
  }
}
