import { type Answer, timeOf } from './answer';
import { knowsOnly, numberOf, type S3Request } from './request';
import { invalid } from './s3-error';
import type { Bucket } from './store';

const MOST_KEYS = 1_000;

interface Page {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  /** The last key or prefix of the page, when more follow. */
  readonly next: string | undefined;
}

/** ListObjectsV2, and the first version, which names the page's begin otherwise. */
export function listObjects(request: S3Request): Answer {
  const common = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];
  knowsOnly(request, ...common, 'list-type', 'continuation-token', 'start-after', 'fetch-owner', 'marker');
  const { query, store } = request;
  const bucket = store.bucket(request.bucket);
  const second = query.get('list-type') === '2';
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const most = Math.min(numberOf(query, 'max-keys', 0, 2 ** 31 - 1) ?? MOST_KEYS, MOST_KEYS);
  const token = query.get('continuation-token');
  const after = second
    ? token === null
      ? (query.get('start-after') ?? '')
      : afterOf(token)
    : (query.get('marker') ?? '');
  const { keys, prefixes, next } = pageOf(bucket, { prefix, delimiter, after, most });
  const encoded = query.get('encoding-type') === 'url';
  const show = (text: string) => (encoded ? encodeURIComponent(text).replaceAll('%2F', '/') : text);
  return {
    document: [
      'ListBucketResult',
      {
        Name: bucket.name,
        Prefix: show(prefix),
        ...(delimiter && { Delimiter: show(delimiter) }),
        MaxKeys: most,
        ...(encoded && { EncodingType: 'url' }),
        IsTruncated: next !== undefined,
        ...(second
          ? {
              KeyCount: keys.length + prefixes.length,
              ...(token !== null && { ContinuationToken: token }),
              ...(query.has('start-after') && { StartAfter: show(query.get('start-after') ?? '') }),
              ...(next !== undefined && { NextContinuationToken: tokenOf(next) }),
            }
          : { Marker: show(after), ...(next !== undefined && { NextMarker: show(next) }) }),
        Contents: keys.map((key) => contentsOf(bucket, key, show)),
        CommonPrefixes: prefixes.map((one) => ({ Prefix: show(one) })),
      },
    ],
  };
}

const contentsOf = (bucket: Bucket, key: string, show: (text: string) => string) => {
  const { etag = '', size = 0, modified = 0 } = bucket.get(key) ?? {};
  return { Key: show(key), LastModified: timeOf(modified), ETag: etag, Size: size, StorageClass: 'STANDARD' };
};

interface Wish {
  readonly prefix: string;
  readonly delimiter: string;
  /** Only what comes behind that. */
  readonly after: string;
  readonly most: number;
}

function pageOf(bucket: Bucket, { prefix, delimiter, after, most }: Wish): Page {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last = '';
  const order = bucket.keys();
  const begin = after === '' ? 0 : indexAfter(order, after);
  for (let index = begin; index < order.length; index++) {
    const key = order[index] ?? '';
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const folded = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    // A prefix that a page has shown, this one or the one before it.
    if (folded !== undefined && (folded === prefixes.at(-1) || folded === after)) continue;
    if (keys.length + prefixes.length === most) return { keys, prefixes, next: most === 0 ? undefined : last };
    last = folded ?? key;
    if (folded === undefined) keys.push(key);
    else prefixes.push(folded);
  }
  return { keys, prefixes, next: undefined };
}

/** The first place behind a key, which need not be there itself. */
function indexAfter(order: readonly string[], key: string): number {
  const bytes = Buffer.from(key);
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(Buffer.from(order[middle] ?? ''), bytes) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

const tokenOf = (key: string) => Buffer.from(key).toString('base64url');

function afterOf(token: string): string {
  const key = Buffer.from(token, 'base64url').toString();
  if (token === '' || tokenOf(key) !== token) throw invalid('The continuation token provided is incorrect');
  return key;
}
