import type { IncomingMessage } from 'node:http';
import type { HttpApiModel } from '../model';
import { allowedOrigin, isPreflight } from './cors';
import { type GatewayResponse, gatewayError } from './response';

/** Who may come in: what a port on loopback takes, since every web page that a developer visits can send requests to it. */
export interface Door {
  /** Host names beyond those of loopback, in lower case. */
  readonly hosts: readonly string[];
  /** The API's own rule for other pages. */
  readonly cors: HttpApiModel['cors'];
}

type Head = Pick<IncomingMessage, 'rawHeaders' | 'httpVersion' | 'method' | 'url'>;

/**
 * The answer to a request that does not get in, or undefined. Three rules:
 *
 * - It is one message to everybody who reads it: one Host, which it must have
 *   (https://www.rfc-editor.org/rfc/rfc9112#section-3.2), no transfer coding but `chunked`
 *   (https://www.rfc-editor.org/rfc/rfc9112#section-6.1). Node refuses the other doubtful lengths by itself.
 * - Its host is this machine: a name of the attacker's that suddenly means loopback (DNS rebinding) is not.
 * - Its origin, when a browser tells one, is the same port, or one that the API's CORS configuration allows; `null`, which a
 *   sandboxed page has, is a stranger like any other.
 */
export function refusal(head: Head, { hosts, cors }: Door): GatewayResponse | undefined {
  const values = valuesOf(head.rawHeaders);
  const fault = messageFault(head, values);
  if (fault !== undefined) return fault;
  const authority = readAuthority(targetAuthority(head.url) ?? values.get('host')?.[0] ?? '');
  if (authority === undefined) return badRequest('the Host header is no host');
  if (!isLoopback(authority.name) && !hosts.includes(authority.name)) {
    const name = authority.name.slice(0, 100);
    return forbidden(
      `this port takes requests to localhost only, not to ${name}: orderflow up --allow-host ${name} lets them in`,
    );
  }
  const [origin] = values.get('origin') ?? [];
  if (origin === undefined || isOwn(origin, authority.text) || allowedOrigin(cors, origin)) return undefined;
  const requestMethod = values.get('access-control-request-method')?.[0];
  // A preflight is answered as API Gateway does: without the headers that would allow anything.
  if (cors && isPreflight({ method: head.method ?? '', origin, requestMethod })) return undefined;
  return forbidden("the page's Origin is not one that the API's CORS configuration allows");
}

function messageFault({ httpVersion }: Head, values: ReadonlyMap<string, readonly string[]>) {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return gatewayError(505, 'HTTP Version Not Supported');
  const count = (name: string) => values.get(name)?.length ?? 0;
  if (count('host') !== 1) return badRequest(`${count('host') === 0 ? 'no' : 'more than one'} Host header`);
  if (count('origin') > 1) return badRequest('more than one Origin header');
  const codings = values.get('transfer-encoding');
  if (codings === undefined) return undefined;
  if (httpVersion === '1.0') return badRequest('HTTP/1.0 knows no Transfer-Encoding');
  return codings.length === 1 && codings[0]?.trim().toLowerCase() === 'chunked'
    ? undefined
    : gatewayError(501, 'Not Implemented: the only transfer coding is chunked');
}

/** By lower-case name, in the order they came. */
function valuesOf(raw: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    values.set(name, [...(values.get(name) ?? []), raw[i + 1] ?? '']);
  }
  return values;
}

/** A target that is a whole URL names the host, whatever Host says (https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2). */
const targetAuthority = (target = '/') => /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1];

const AUTHORITY = /^(\[[\da-f:.]+\]|[\w.~!$&'()*+,;=-]+)(?::(\d{1,5})?)?$/i;

function readAuthority(text: string): { readonly name: string; readonly text: string } | undefined {
  const [, name = ''] = AUTHORITY.exec(text) ?? [];
  return name === '' ? undefined : { name: name.toLowerCase().replace(/\.$/, ''), text: text.toLowerCase() };
}

/** A tunnel's page comes by https. */
const isOwn = (origin: string, authority: string) => [`http://${authority}`, `https://${authority}`].includes(origin);

/** What no name server outside decides: addresses of loopback, and names under `localhost` (https://www.rfc-editor.org/rfc/rfc6761#section-6.3). */
const isLoopback = (name: string): boolean =>
  name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);

const badRequest = (why: string) => gatewayError(400, `Bad Request: ${why}`);
const forbidden = (why: string) => gatewayError(403, `Forbidden: ${why}`);
