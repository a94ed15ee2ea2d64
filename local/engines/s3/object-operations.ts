import { pipeline } from 'node:stream/promises';
import { type Answer, timeOf } from './answer';
import { type ReceivedBody, receiveBody, receiveText } from './body';
import { decide, rangeOf, unquoted } from './conditions';
import { spoolCopy } from './copy';
import { knowsOnly, type S3Request } from './request';
import { noSuchKey, notImplemented, preconditionFailed } from './s3-error';
import type { ObjectInfo } from './store';
import { elements, textOf } from './xml';

const KEPT =
  /^(content-type|content-encoding|content-language|content-disposition|cache-control|expires|x-amz-meta-.+)$/;
const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

export async function putObject(request: S3Request): Promise<Answer> {
  knowsOnly(request);
  if (request.header('x-amz-tagging')) throw notImplemented('tags of objects');
  const { store, bucket: name, key, message } = request;
  const bucket = store.bucket(name);
  const source = request.header('x-amz-copy-source');
  if (source !== undefined) return copyObject(request, source);
  const bytes = await receiveBody(message, store.spoolFile());
  const headers = { ...keptHeaders(request), ...bytes.checksums };
  const info = await bucket.put(bytes, { key, etag: etagOf(bytes), modified: Date.now(), headers }, ifAllowed(request));
  return { headers: { etag: info.etag, ...bytes.checksums } };
}

async function copyObject(request: S3Request, source: string): Promise<Answer> {
  const { store, bucket, key } = request;
  const { info, bytes } = await spoolCopy(request, source);
  const replace = request.header('x-amz-metadata-directive')?.toUpperCase() === 'REPLACE';
  const checksums = Object.fromEntries(
    Object.entries(info.headers).filter(([name]) => name.startsWith('x-amz-checksum-')),
  );
  const headers = replace ? { ...keptHeaders(request), ...checksums } : info.headers;
  const known = { key, etag: etagOf(bytes), modified: Date.now(), headers };
  const { etag, modified } = await store.bucket(bucket).put(bytes, known, ifAllowed(request));
  return { document: ['CopyObjectResult', { LastModified: timeOf(modified), ETag: etag }] };
}

/** GetObject and HeadObject. */
export async function getObject(request: S3Request): Promise<Answer | undefined> {
  const overrides = OVERRIDES.map((name) => `response-${name}`);
  knowsOnly(request, 'versionId', ...overrides);
  const { store, bucket, key, message, response, query } = request;
  const found = await store.bucket(bucket).open(key);
  if (found === undefined) throw noSuchKey();
  const { info, file } = found;
  try {
    const verdict = decide(request, info);
    if (verdict === 'not-modified') return { status: 304, headers: { etag: info.etag } };
    if (verdict === 'failed') throw preconditionFailed();
    const range = rangeOf(request.header('range'), info.size);
    const [first, last] = range ?? [0, info.size - 1];
    const whole = range === undefined;
    response.writeHead(whole ? 200 : 206, {
      ...shownHeaders(info, whole && request.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED'),
      ...Object.fromEntries(
        OVERRIDES.flatMap((name) =>
          query.has(`response-${name}`) ? [[name, query.get(`response-${name}`) ?? '']] : [],
        ),
      ),
      'content-length': String(last - first + 1),
      ...(range && { 'content-range': `bytes ${first}-${last}/${info.size}` }),
    });
    if (message.method === 'HEAD' || last < first) response.end();
    else await pipeline(file.createReadStream({ start: first, end: last, autoClose: false }), response);
    return undefined;
  } finally {
    await file.close();
  }
}

export function deleteObject(request: S3Request): Answer {
  knowsOnly(request, 'versionId');
  const bucket = request.store.bucket(request.bucket);
  const wanted = request.header('if-match');
  const present = bucket.get(request.key);
  if (wanted !== undefined && present !== undefined && wanted !== '*' && wanted !== present.etag)
    throw preconditionFailed();
  bucket.remove(request.key);
  return { status: 204 };
}

export async function deleteObjects(request: S3Request): Promise<Answer> {
  knowsOnly(request, 'delete');
  const bucket = request.store.bucket(request.bucket);
  const document = await receiveText(request.message);
  const keys = elements(document, 'Object').map((one) => textOf(one, 'Key') ?? '');
  for (const key of keys) bucket.remove(key);
  const quiet = textOf(document, 'Quiet') === 'true';
  return { document: ['DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) }] };
}

/** `If-None-Match: *` and `If-Match` of a write (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). */
export const ifAllowed = (request: S3Request) => (present: ObjectInfo | undefined) => {
  const noneMatch = request.header('if-none-match');
  if (noneMatch !== undefined && noneMatch !== '*')
    throw notImplemented('If-None-Match of a write with anything but *');
  if (noneMatch === '*' && present !== undefined) throw preconditionFailed();
  const match = request.header('if-match');
  if (match === undefined) return;
  if (present === undefined) throw noSuchKey();
  if (match !== '*' && unquoted(match) !== unquoted(present.etag)) throw preconditionFailed();
};

const etagOf = ({ md5 }: Pick<ReceivedBody, 'md5'>) => `"${md5}"`;

/** What is kept with an object; how it was sent is no part of it. */
export function keptHeaders({ message }: S3Request): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (KEPT.test(name) && typeof value === 'string') kept[name] = value;
  }
  const codings = (kept['content-encoding'] ?? '').split(',').map((one) => one.trim());
  const encoding = codings.filter((one) => one !== '' && one !== 'aws-chunked').join(',');
  delete kept['content-encoding'];
  return { 'content-type': 'binary/octet-stream', ...kept, ...(encoding && { 'content-encoding': encoding }) };
}

function shownHeaders({ etag, modified, headers }: ObjectInfo, withChecksums: boolean): Record<string, string> {
  const shown = Object.entries(headers).filter(([name]) => withChecksums || !name.startsWith('x-amz-checksum-'));
  return {
    ...Object.fromEntries(shown),
    etag,
    'last-modified': new Date(modified).toUTCString(),
    'accept-ranges': 'bytes',
  };
}
