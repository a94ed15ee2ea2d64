import { OrderflowError } from '../../errors';
import type { Fact } from './fold';

/** A state row: one key's state after its last write, and that write's facts. */
export interface StoredState {
  /** Counts the writes; 0 is a key that was never written. */
  readonly version: number;
  /** Plain JSON; undefined with version 0. */
  readonly state: unknown;
  /**
   * The facts of the last write, and of earlier ones that may not have their own items yet. They are durable with the row; their
   * items are written after it, and surely before a row without them replaces it. A fold whose facts stay in the row keeps all
   * of them here.
   */
  readonly journal: readonly Fact[];
  /** A step that must be taken before any other event of the key. */
  readonly pending?: Pending;
}

/** The rest of an event whose outcomes did not fit one write. */
export interface Pending {
  readonly event: unknown;
  readonly id: string;
  /** Mark of the event's first step. */
  readonly mark: string;
  /** Number of the step to take: 1 is the second. */
  readonly step: number;
}

/** Where states and facts live. */
export interface FoldStore {
  /** Strongly consistent; a key without a row is left out. */
  loadStates(keys: readonly string[]): Promise<ReadonlyMap<string, StoredState>>;
  /** Strongly consistent; those that do not exist are left out. */
  loadFacts(keys: readonly string[]): Promise<ReadonlyMap<string, Fact>>;
  /**
   * Writes the row if its version is still `next.version − 1`.
   *
   * @returns 'conflict' when another environment was faster.
   * @throws StateRefusedError when the row can never be written as it is; any other error is the store's trouble, and leaves
   * open whether the row was written.
   */
  saveState(key: string, next: StoredState): Promise<'saved' | 'conflict'>;
  /**
   * Puts the facts' items, unconditionally: the same fact has the same bytes. But a refusal's only where there is none: what
   * its event left when it came back from the dead letters stays, however late the refusal's item is written.
   */
  saveFacts(facts: readonly Fact[]): Promise<void>;
}

/** The row does not fit, or breaks a rule of the store. */
export class StateRefusedError extends OrderflowError {
  readonly code = 'state_refused';
  readonly retriable = false;
}
