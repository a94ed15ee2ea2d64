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

/** The broker did not acknowledge: nobody knows whether it has the records. */
export class PublishError extends OrderflowError {
  readonly code = 'publish_unacknowledged';
  readonly retriable = true;
}

/** A record that can never succeed: its content is at fault, or a rule of the domain refuses it. */
export class FatalRecordError extends OrderflowError {
  readonly retriable = false;
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
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
