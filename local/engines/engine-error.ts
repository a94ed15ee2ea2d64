export type EngineErrorCode =
  | 'port_in_use'
  | 'java_missing'
  | 'java_too_old'
  | 'maven_missing'
  | 'maven_failed'
  | 'engine_did_not_start'
  | 'dynoxide_missing'
  | 'docker_missing'
  | 'docker_failed'
  | 'endpoint_unreachable'
  | 'already_running'
  | 'state_of_others'
  | 'state_not_writable';

/** Why an engine is not there; the message is one line that says what happened and what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  constructor(
    readonly code: EngineErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
