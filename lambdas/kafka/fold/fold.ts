/** An event to publish, as it is stored: all of it, so that what is published later is what was decided then. */
export interface Outcome {
  readonly topic: string;
  readonly key: string;
  /** Who says so: `/orderflow/risk`. */
  readonly source: string;
  /** Plain JSON. What its headers tell follows from it. */
  readonly event: {
    readonly event_id: string;
    readonly type: string;
    readonly time: string;
    readonly [name: string]: unknown;
  };
}

/** Why an event was refused, as it is stored: a repeat is told the same. */
export interface Refusal {
  /** The error's class, code and message. */
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/**
 * A fact is something that happened, written once and never changed: the reservation, the ledger entry, the fill. It is the
 * domain's own record, and it is also the mark that makes a repeat of its event harmless.
 */
export interface Fact {
  /** `<partition>/<sort>`; facts of one partition can be listed together: `order#<id>/allocate`. */
  readonly key: string;
  /** Id of the event that made it. */
  readonly id: string;
  /** Plain JSON. */
  readonly data: unknown;
  /** What its event publishes, as it was when it happened. */
  readonly outcomes: readonly Outcome[];
  /** Its event went on: the fact of the next step has this key and `+1`, `+2`, … appended. */
  readonly continued?: boolean;
  /** Its event was refused, and changed nothing: a mark that holds no data, and that rules do not see. */
  readonly refused?: Refusal;
}

/** What `apply` sees of the facts it asked for. */
export interface Facts {
  /** The data of a fact, or undefined when it has not happened. */
  get(key: string): unknown;
}

/** What one event does to one state. */
export interface Step<State, E> {
  readonly state: State;
  /** Kept with the event's mark. */
  readonly fact?: unknown;
  /** Facts beside the mark, by key. They share its fate. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly outcomes?: readonly Outcome[];
  /**
   * What is left to do when this event does more than fits one write: the next step's event, which the state row remembers.
   * Later events of the key wait for it.
   */
  readonly rest?: E;
  /**
   * The state tells that this event was absorbed: applied again, it changes nothing and has the same outcomes. No mark is kept
   * then, which saves an item, and there must be nothing else to remember: no facts, no rest.
   */
  readonly unmarked?: true;
}

/** The rules of a consumer: pure, and the same whatever the batches, the redeliveries and the interleaving. */
export interface Fold<State, E> {
  /**
   * For keys that see a handful of events in their life, such as an order: the state row keeps its facts for good, and there
   * are no other items. A third fewer writes, as long as the row stays small.
   */
  readonly factsStayInRow?: true;
  /** The state of a key that was never seen. */
  initial(key: string): State;
  /** Key of the fact that marks this event as absorbed; one event, one mark. */
  mark(event: E): string;
  /**
   * Keys of other facts that `apply` will ask for. What the state rules out need not be read: when the state changes before
   * the write, it is decided again, and what the same write adds is known without reading.
   *
   * @param state as it is before any event of the batch
   */
  reads?(event: E, key: string, state: State): readonly string[];
  /**
   * Asks the outside before `apply`, under a key that makes it answer the same again; the answer goes into the event.
   * Called again on every try, for events that have not been absorbed. What it throws is the outside's trouble: the event
   * waits, and so do the later ones of its key. Only an error that says `retriable: false` refuses the event.
   *
   * @param call whose signal is aborted when the invocation's time is up; what has not answered then is left behind
   */
  enrich?(state: State, event: E, facts: Facts, call: { readonly signal: AbortSignal }): Promise<E>;
  /**
   * Must not change `state`. Throws FatalRecordError when a rule refuses the event, for good: the refusal is stored with the
   * state it was decided by, and whatever the state becomes, a repeat is refused with the same words. Any other error is a
   * fault of the code, and refuses the event too, once called; only one that says `retriable: true` has it called again.
   *
   * A state that is too large to copy may change in place after all is decided, since whatever fails makes it forgotten; it
   * must then recognise an older self (order-book/book-state.ts shows how).
   */
  apply(state: State, event: E, facts: Facts, key: string): Step<State, E>;
  /**
   * The key's current row, for a compacted topic: published once a batch, after the write and after the batch's outcomes, and
   * not stored. It carries its version, and readers keep the highest.
   *
   * @param version the state row's
   * @returns undefined while there is nothing to tell, as of a key whose only event was refused
   */
  current?(state: State, version: number, key: string): Outcome | undefined;
}
