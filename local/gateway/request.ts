import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A request with its body, taken apart as both payload formats need it. */
export interface GatewayRequest {
  readonly method: string;
  /** Percent-decoded, as HTTP APIs hand it on; with the stage, if the stage has a path. */
  readonly path: string;
  readonly rawQuery: string;
  /** Lower-case names, values in the order they came; without cookies. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** Between two hops only; a function never sees them. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'proxy-connection',
]);

/**
 * As HTTP APIs do, twice: `%252F` is a slash, too, and a `%25` that then begins no escape is refused (what AWS was seen to
 * answer: https://github.com/hotsock/voker/pull/8). At a `?` that the first time brings to light, AWS cuts the path and goes
 * on, so that a request for one thing changes another; here it is refused.
 *
 * @returns undefined for what is refused, bytes that are no UTF-8 among it.
 */
export const decodePath = (path: string): string | undefined => {
  if (!path.includes('%')) return path;
  try {
    const once = decodeURIComponent(path);
    return once.includes('?') ? undefined : decodeURIComponent(once);
  } catch {
    return undefined;
  }
};

/** Path, still encoded, and query of a request target; a target may also be a whole URL. */
export const splitTarget = (target: string): { path: string; rawQuery: string } => {
  const origin = target.startsWith('/') ? undefined : /^https?:\/\/[^/?]*/i.exec(target)?.[0];
  const rest = origin === undefined ? target : target.slice(origin.length);
  const question = rest.indexOf('?');
  const path = question < 0 ? rest : rest.slice(0, question);
  return { path: path.startsWith('/') ? path : `/${path}`, rawQuery: question < 0 ? '' : rest.slice(question + 1) };
};

const readHeaders = (message: IncomingMessage): { headers: Map<string, string[]>; cookies: string[] } => {
  const headers = new Map<string, string[]>();
  const cookies: string[] = [];
  const raw = message.rawHeaders;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const value = raw[i + 1] ?? '';
    if (hopByHop.has(name)) continue;
    if (name === 'cookie') {
      cookies.push(
        ...value
          .split(';')
          .map((cookie) => cookie.trim())
          .filter(Boolean),
      );
      continue;
    }
    const values = headers.get(name);
    if (values === undefined) headers.set(name, [value]);
    else values.push(value);
  }
  return { headers, cookies };
};

const traceId = (now: number): string =>
  `Root=1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;

/** @returns undefined when the path cannot be decoded. */
export const readRequest = (message: IncomingMessage, body: Buffer): GatewayRequest | undefined => {
  const { path, rawQuery } = splitTarget(message.url ?? '/');
  const decoded = decodePath(path);
  if (decoded === undefined) return undefined;
  const { headers, cookies } = readHeaders(message);
  const sourceIp = message.socket.remoteAddress ?? '127.0.0.1';
  const time = Date.now();
  headers.set('content-length', [String(body.length)]);
  headers.set('x-forwarded-for', [[...(headers.get('x-forwarded-for') ?? []), sourceIp].join(', ')]);
  headers.set('x-forwarded-port', [String(message.socket.localPort ?? '')]);
  headers.set('x-forwarded-proto', ['http']);
  if (!headers.has('x-amzn-trace-id')) headers.set('x-amzn-trace-id', [traceId(time)]);
  const id = randomBytes(11).toString('base64');
  return { method: message.method ?? 'GET', path: decoded, rawQuery, headers, cookies, body, sourceIp, id, time };
};

const textTypes = /^(?:text\/[^;]*|application\/(?:json|xml|javascript))\s*(?:;|$)/i;

/**
 * Whether a body goes to the function as text: an HTTP API takes `text/*` and the JSON, XML and JavaScript types for
 * text, all else, forms and a missing type included, is Base64 (tried against AWS in
 * https://github.com/ministackorg/ministack/pull/766). Bytes that are no UTF-8 stay whole as Base64.
 */
export const isText = (contentType: string | undefined, body: Buffer): boolean =>
  contentType !== undefined && textTypes.test(contentType.trimStart()) && isUtf8(body);

const decodeQuery = (text: string): string => {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
};

/** Values by name, decoded, in the order they came. */
export const parseQuery = (rawQuery: string): ReadonlyMap<string, readonly string[]> => {
  const query = new Map<string, string[]>();
  for (const pair of rawQuery === '' ? [] : rawQuery.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeQuery(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decodeQuery(pair.slice(equals + 1));
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  return query;
};
