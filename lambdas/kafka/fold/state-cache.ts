import type { StoredState } from './store';

/** A state as this environment last saw it. Every write checks its version, so that a stale one can only lose. */
export interface CachedState extends StoredState {
  /** The journal's facts have their own items. */
  readonly flushed: boolean;
  /** From memory, so that another environment may have written a newer one since. */
  readonly remembered?: boolean;
}

/** The states of the keys used last, in an execution environment's memory. */
export class StateCache {
  readonly #states = new Map<string, CachedState>();

  constructor(private readonly capacity: number) {}

  get(key: string): CachedState | undefined {
    const state = this.#states.get(key);
    if (state) this.set(key, state);
    return state;
  }

  set(key: string, state: CachedState): void {
    this.#states.delete(key);
    this.#states.set(key, state);
    for (const oldest of this.#states.keys()) {
      if (this.#states.size <= this.capacity) break;
      this.#states.delete(oldest);
    }
  }

  forget(key: string): void {
    this.#states.delete(key);
  }
}
