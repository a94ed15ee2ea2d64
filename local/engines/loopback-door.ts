import type { IncomingMessage } from 'node:http';

/**
 * Why an engine's port does not take a request: engines have no pages of their own, so whatever a browser sends for a page
 * (it then tells an Origin) is a stranger's, and so is a request to a name that is not this machine's, which some name server
 * has let point to loopback (DNS rebinding).
 *
 * @returns undefined for those who may come in
 */
export function strangerRefusal({
  headers,
  headersDistinct,
}: Pick<IncomingMessage, 'headers' | 'headersDistinct'>): string | undefined {
  if (headers.origin !== undefined) return 'This port takes no requests of web pages';
  const hosts = headersDistinct.host ?? [];
  // HTTP/1.0 knows none; a browser speaks a newer one.
  if (hosts.length === 0 || (hosts.length === 1 && isOfThisMachine(hosts[0] ?? ''))) return undefined;
  return 'This port takes requests to localhost only';
}

/** Names under `localhost` are no name server's to decide (https://www.rfc-editor.org/rfc/rfc6761#section-6.3); containers call this machine by a name of Docker's. */
const isOfThisMachine = (host: string): boolean => {
  const name = host.replace(/:\d*$/, '').toLowerCase();
  return (
    ['localhost', '[::1]', 'host.docker.internal'].includes(name) ||
    name.endsWith('.localhost') ||
    /^127(?:\.\d{1,3}){3}$/.test(name)
  );
};
