import type { IncomingMessage, ServerResponse } from 'node:http';
import { invalid, notImplemented, S3Error } from './s3-error';
import type { Store } from './store';

/** One request to the object store, taken apart. */
export interface S3Request {
  readonly store: Store;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
}

/** What asks for nothing of its own: signatures, and what the SDK says of itself. */
const PASSED_OVER = /^(x-id|x-amz-.*|awsaccesskeyid|signature|expires)$/i;

export function readRequest(store: Store, message: IncomingMessage, response: ServerResponse): S3Request {
  const { pathname, query } = targetOf(message.url ?? '/');
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(pathname) ?? [];
  if (Buffer.byteLength(key) > 1024) throw new S3Error(400, 'KeyTooLongError', 'Your key is too long');
  const header = (name: string) => {
    const value = message.headers[name];
    return Array.isArray(value) ? value.join(',') : value;
  };
  return { store, message, response, method: message.method ?? 'GET', bucket, key, query, header };
}

/** Taken apart by hand, since a URL would resolve the dots that a key may hold. */
function targetOf(target: string): { readonly pathname: string; readonly query: URLSearchParams } {
  const path = target.replace(/^[a-z]+:\/\/[^/?]*/i, '');
  const mark = path.indexOf('?');
  try {
    return {
      pathname: decodeURIComponent(mark < 0 ? path : path.slice(0, mark)),
      query: new URLSearchParams(mark < 0 ? '' : path.slice(mark + 1)),
    };
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}

/**
 * That a request asks for nothing beyond these parameters: what was passed over would seem to have worked.
 *
 * @throws S3Error `NotImplemented`
 */
export function knowsOnly({ query, method }: S3Request, ...known: readonly string[]): void {
  const unknown = [...query.keys()].find((name) => !PASSED_OVER.test(name) && !known.includes(name));
  if (unknown !== undefined) throw notImplemented(`${method} with ?${unknown}`);
  const version = query.get('versionId');
  if (version !== null && version !== 'null') throw invalid('Invalid version id specified');
}

export function numberOf(query: URLSearchParams, name: string, least: number, most: number): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw invalid(`Argument ${name} must be an integer between ${least} and ${most}`);
  }
  return value;
}
