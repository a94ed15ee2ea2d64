import type { RouteModel } from '../model';

export interface GatewayResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

/** An answer of the gateway's own, in AWS's words. */
export const gatewayError = (status: number, message: string): GatewayResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
});

/** The function answered with something that is no response; `message` says what, for the log. */
export class InvalidResponseError extends Error {
  readonly code = 'INVALID_FUNCTION_RESPONSE';
}

const DEFAULT_TYPE = 'text/plain; charset=utf-8';

/** The gateway writes them itself. */
const ownHeaders = new Set(['connection', 'content-length', 'transfer-encoding', 'keep-alive', 'date', 'upgrade']);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const scalar = (value: unknown, name: string): string => {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new InvalidResponseError(`header ${name} is ${JSON.stringify(value)}, not text`);
};

const statusOf = (value: unknown): number => {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new InvalidResponseError(`statusCode is ${JSON.stringify(value)}`);
};

const bodyOf = (body: unknown, isBase64Encoded: unknown): string | Buffer => {
  if (body === undefined || body === null) return '';
  if (typeof body !== 'string') throw new InvalidResponseError(`body is ${typeof body}, not text: use JSON.stringify`);
  return isBase64Encoded === true ? Buffer.from(body, 'base64') : body;
};

const headersOf = (single: unknown, multiple: unknown, cookies: unknown): Record<string, string | string[]> => {
  const headers: Record<string, string | string[]> = {};
  const add = (name: string, values: readonly unknown[]) => {
    const key = name.toLowerCase();
    if (ownHeaders.has(key)) return;
    const texts = [headers[key] ?? [], values.map((value) => scalar(value, name))].flat();
    headers[key] = texts.length === 1 ? (texts[0] ?? '') : texts;
  };
  for (const [name, value] of Object.entries(isRecord(single) ? single : {})) add(name, [value]);
  for (const [name, values] of Object.entries(isRecord(multiple) ? multiple : {}))
    add(name, Array.isArray(values) ? values : [values]);
  if (Array.isArray(cookies) && cookies.length > 0) add('set-cookie', cookies);
  return headers;
};

/**
 * Reads what a function returned. Format 2.0: without `statusCode`, whatever it is, the answer as it stands is the body of
 * a 200; with it, it is a response. Format 1.0: always a response.
 *
 * @throws InvalidResponseError, for which the gateway answers 500.
 */
export const interpret = (payload: string, format: RouteModel['payloadFormat']): GatewayResponse => {
  const answer = parse(payload);
  if (!isRecord(answer) || !Object.hasOwn(answer, 'statusCode')) {
    if (format === '1.0')
      throw new InvalidResponseError('the answer has no statusCode, which payload format 1.0 needs');
    return { status: 200, headers: { 'content-type': 'application/json' }, body: payload };
  }
  const multiple = format === '1.0' ? answer.multiValueHeaders : undefined;
  const headers = headersOf(answer.headers, multiple, format === '2.0' ? answer.cookies : undefined);
  if (headers['content-type'] === undefined) headers['content-type'] = DEFAULT_TYPE;
  return { status: statusOf(answer.statusCode), headers, body: bodyOf(answer.body, answer.isBase64Encoded) };
};

const parse = (payload: string): unknown => {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
};
