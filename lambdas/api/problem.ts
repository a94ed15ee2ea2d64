import { OrderflowError } from '../errors';
import type { Problem } from './schemas';

/** The kinds of problem our functions answer with: their HTTP status and title. */
const kinds = {
  missing_body: [400, 'The body is missing'],
  malformed_body: [400, 'The body cannot be read'],
  invalid_parameter: [400, 'A parameter is invalid'],
  forbidden: [403, 'The token does not allow this'],
  not_found: [404, 'There is no such thing'],
  not_tracked: [404, 'The order is not tracked yet'],
  not_decided: [404, 'Nothing is decided yet'],
  already_set: [412, 'There is one already'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The content type is not supported'],
  invalid_order: [422, 'The order is invalid'],
  invalid_body: [422, 'The body is invalid'],
  invalid_batch: [422, 'The batch is invalid'],
  internal: [500, 'Something went wrong here'],
  not_acknowledged: [503, 'Kafka did not acknowledge in time'],
  unavailable: [503, 'A dependency is away'],
} as const;

export type ProblemCode = keyof typeof kinds;

export function problem(
  code: ProblemCode,
  detail: string,
  extensions: Readonly<Record<string, unknown>> = {},
): Problem {
  const [status, title] = kinds[code];
  return { type: problemType(code), title, status, detail, ...extensions };
}

const PREFIX = 'urn:problem-type:orderflow:';
const problemType = (code: ProblemCode) => PREFIX + code.replaceAll('_', '-');

/** Ends a request with a problem document. */
export class ProblemError extends OrderflowError {
  readonly code: string;
  readonly retriable: boolean;

  constructor(
    readonly problem: Problem,
    /** Seconds after which trying again may help. */
    readonly retryAfter?: number,
  ) {
    super(problem.detail);
    this.code = problem.type.slice(PREFIX.length).replaceAll('-', '_');
    this.retriable = problem.status === 503;
  }
}

export function fail(code: ProblemCode, detail: string, extensions?: Readonly<Record<string, unknown>>): never {
  throw new ProblemError(problem(code, detail, extensions));
}
