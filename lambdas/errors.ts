/**
 * The base of this project's errors: a stable, greppable code, whether trying the same again can help, and the cause.
 */
export abstract class OrderflowError extends Error {
  abstract readonly code: string;
  abstract readonly retriable: boolean;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/**
 * Where an error was thrown: by what talks to the outside (`enrich`, a store, the publisher, work that is done elsewhere),
 * or by code that does nothing but compute (`split`, `apply`).
 */
export type Origin = 'io' | 'pure';

/**
 * Whether the same may succeed when it is tried again. What an error says of itself counts. Of one that says nothing, the
 * place decides: the outside may come back, while code that computes will do the same again, so that its record is at fault.
 */
export function isRetriable(error: unknown, origin: Origin): boolean {
  const said = (error as { retriable?: unknown } | null | undefined)?.retriable;
  return typeof said === 'boolean' ? said : origin === 'io';
}

/** What was thrown, as an error: JavaScript throws anything. */
export const toError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** The broker did not acknowledge: nobody knows whether it has the records. */
export class PublishError extends OrderflowError {
  readonly code = 'publish_unacknowledged';
  readonly retriable = true;
}

/** A record that can never succeed: its content is at fault, or a rule of the domain refuses it. */
export class FatalRecordError extends OrderflowError {
  readonly retriable = false;
  /** How often its processing was tried. */
  readonly attempts: number;
  constructor(
    readonly code: string,
    message: string,
    options: ErrorOptions & { readonly attempts?: number } = {},
  ) {
    super(message, options);
    this.attempts = options.attempts ?? 1;
  }
}

/** A dependency that is away, slow or contended: no record's fault. */
export class DependencyError extends OrderflowError {
  readonly retriable = true;
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An event of a type that this version does not know, as when a newer producer is there first: counted and skipped. */
export class UnknownEventError extends OrderflowError {
  readonly code = 'unknown_event';
  readonly retriable = false;
  constructor(readonly type: string) {
    super(`No event of the catalogue is a ${type}`);
  }
}

/** Code that computes threw what no rule of the domain throws: a fault of the code, for this record. */
export class ProcessingError extends FatalRecordError {
  constructor(cause: unknown) {
    super('processing_failed', cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause), { cause });
  }
}

/** What is not retriable, as the reason why a record leaves. */
export function toFatal(error: unknown): FatalRecordError {
  if (error instanceof FatalRecordError) return error;
  if (error instanceof OrderflowError) return new FatalRecordError(error.code, error.message, { cause: error });
  return new ProcessingError(error);
}
