import { readSystem, type SystemRecord, stateFolder } from '../local/state';
import { CommandError } from './output/failure';

/** @throws CommandError when nothing runs on the state folder, or it is not ready yet. */
export function runningSystem(state: string): SystemRecord {
  const record = readSystem(stateFolder(state));
  if (record) return record;
  throw new CommandError(`Nothing is running on ${state}: npm start, or npx orderflow up, starts it`);
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/**
 * Calls the HTTP API of a running system.
 *
 * @throws CommandError when it does not answer
 */
export async function callApi(
  system: Pick<SystemRecord, 'endpoints'>,
  path: string,
  init: RequestInit = {},
): Promise<HttpAnswer> {
  const url = `${system.endpoints.api}${path}`;
  const response = await fetch(url, init).catch((cause: Error) => {
    throw new CommandError(`${url} does not answer (${cause.message}): is the system still up?`, { cause });
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

/**
 * Sends JSON to the running system's HTTP API.
 *
 * @returns the body of its answer
 * @throws CommandError when it refuses or does not answer
 */
export async function sendJson<Body>(
  system: Pick<SystemRecord, 'endpoints'>,
  method: 'POST' | 'PUT' | 'PATCH',
  path: string,
  body: unknown,
): Promise<Body> {
  const headers = { 'content-type': 'application/json' };
  const answer = await callApi(system, path, { method, headers, body: JSON.stringify(body) });
  if (answer.status >= 300) throw new CommandError(problemOf(answer));
  return answer.body as Body;
}

/** What a path of the running system's HTTP API answers. @throws CommandError when it refuses or does not answer */
export async function getJson<Body>(system: Pick<SystemRecord, 'endpoints'>, path: string): Promise<Body> {
  const answer = await callApi(system, path);
  if (answer.status !== 200) throw new CommandError(problemOf(answer));
  return answer.body as Body;
}

/** What an error answer of ours (RFC 9457) or of the gateway says, in one line. */
export function problemOf({ status, body }: HttpAnswer): string {
  const { detail, title, message, errors } = (body ?? {}) as Record<string, unknown>;
  const text = String(detail ?? title ?? message ?? `HTTP ${status}`);
  const faults = Array.isArray(errors) ? errors.map((fault) => `${fault.pointer} ${fault.detail}`) : [];
  const untold = faults.filter((fault) => !text.includes(fault));
  const whole = untold.length > 0 ? `${text} (${untold.join(', ')})` : text;
  // JSON pointers are for programs.
  return whole.replaceAll(/#\/(\w+)/g, '$1');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
