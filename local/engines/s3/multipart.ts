import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Answer, timeOf } from './answer';
import { receiveBody, receiveText } from './body';
import { unquoted } from './conditions';
import { spoolCopy } from './copy';
import { ifAllowed, keptHeaders } from './object-operations';
import { knowsOnly, numberOf, type S3Request } from './request';
import { invalid, noSuchUpload, S3Error } from './s3-error';
import { elements, textOf } from './xml';

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly begun: number;
}

interface Part {
  readonly number: number;
  /** Of MD5, in hex. */
  readonly md5: string;
  readonly file: string;
}

const HEAD = 'upload.json';
const SMALLEST_PART = 5 * 1024 * 1024;

export async function beginUpload(request: S3Request): Promise<Answer> {
  knowsOnly(request, 'uploads');
  const { store, bucket, key, message } = request;
  store.bucket(bucket);
  message.resume();
  const id = randomUUID();
  const folder = join(store.uploads, id);
  await mkdir(folder, { mode: 0o700 });
  const upload: Upload = { bucket, key, headers: keptHeaders(request), begun: Date.now() };
  // Its head comes last, and at once: a folder without one is no upload.
  await writeFile(join(folder, `${HEAD}.new`), JSON.stringify(upload), { mode: 0o600 });
  await rename(join(folder, `${HEAD}.new`), join(folder, HEAD));
  return { document: ['InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: id }] };
}

/** UploadPart and UploadPartCopy. */
export async function putPart(request: S3Request): Promise<Answer> {
  knowsOnly(request, 'uploadId', 'partNumber');
  const { store, query, message } = request;
  const { folder } = await uploadOf(request);
  const number = numberOf(query, 'partNumber', 1, 10_000);
  if (number === undefined) throw invalid('A part needs a partNumber');
  const source = request.header('x-amz-copy-source');
  const bytes =
    source === undefined ? await receiveBody(message, store.spoolFile()) : (await spoolCopy(request, source)).bytes;
  // By one name each, so that the last one sent counts; its digest is part of the name, since both change together.
  const earlier = (await partsOf(folder)).filter((part) => part.number === number);
  await rename(bytes.file, join(folder, `${number}-${bytes.md5}`));
  for (const { md5, file } of earlier) if (md5 !== bytes.md5) await rm(file, { force: true });
  const etag = `"${bytes.md5}"`;
  if (source === undefined) return { headers: { etag, ...('checksums' in bytes ? (bytes.checksums as object) : {}) } };
  return { document: ['CopyPartResult', { ETag: etag, LastModified: timeOf(Date.now()) }] };
}

export async function completeUpload(request: S3Request): Promise<Answer> {
  knowsOnly(request, 'uploadId');
  const { store } = request;
  const { upload, folder } = await uploadOf(request);
  const document = await receiveText(request.message);
  const wanted = elements(document, 'Part').map((part) => ({
    number: Number(textOf(part, 'PartNumber')),
    etag: unquoted(textOf(part, 'ETag') ?? ''),
  }));
  const parts = await chosenParts(wanted, await partsOf(folder));
  const file = store.spoolFile();
  const written = createWriteStream(file, { mode: 0o600 });
  for (const part of parts) await pipeline(createReadStream(part.file), written, { end: false });
  await new Promise<void>((resolve, reject) => written.once('error', reject).end(resolve));
  const md5 = createHash('md5')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part.md5, 'hex'))))
    .digest('hex');
  const etag = `"${md5}-${parts.length}"`;
  const { size } = await stat(file);
  const known = { key: upload.key, etag, modified: Date.now(), headers: upload.headers };
  await store.bucket(upload.bucket).put({ file, size, md5 }, known, ifAllowed(request));
  await rm(folder, { recursive: true, force: true });
  const { bucket, key } = upload;
  return {
    document: [
      'CompleteMultipartUploadResult',
      { Location: `/${bucket}/${key}`, Bucket: bucket, Key: key, ETag: etag },
    ],
  };
}

async function chosenParts(
  wanted: readonly { number: number; etag: string }[],
  present: readonly Part[],
): Promise<Part[]> {
  if (wanted.length === 0) throw new S3Error(400, 'MalformedXML', 'The XML you provided names no part');
  if (wanted.some(({ number }, index) => index > 0 && number <= (wanted[index - 1]?.number ?? 0))) {
    throw new S3Error(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  const parts = wanted.map(({ number, etag }) => {
    const part = present.find((one) => one.number === number && one.md5 === etag);
    if (part === undefined)
      throw new S3Error(400, 'InvalidPart', `Part ${number} could not be found, or its ETag differs`);
    return part;
  });
  for (const part of parts.slice(0, -1)) {
    if ((await stat(part.file)).size < SMALLEST_PART) {
      throw new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
  }
  return parts;
}

export async function abortUpload(request: S3Request): Promise<Answer> {
  knowsOnly(request, 'uploadId');
  const { folder } = await uploadOf(request);
  await rm(folder, { recursive: true, force: true });
  return { status: 204 };
}

export async function listParts(request: S3Request): Promise<Answer> {
  knowsOnly(request, 'uploadId', 'max-parts', 'part-number-marker');
  const { upload, folder } = await uploadOf(request);
  const most = numberOf(request.query, 'max-parts', 0, 2 ** 31 - 1) ?? 1_000;
  const behind = numberOf(request.query, 'part-number-marker', 0, 10_000) ?? 0;
  const parts = (await partsOf(folder))
    .filter(({ number }) => number > behind)
    .sort((one, other) => one.number - other.number);
  const page = parts.slice(0, most);
  const shown = await Promise.all(
    page.map(async ({ number, md5, file }) => {
      const { size, mtimeMs } = await stat(file);
      return { PartNumber: number, LastModified: timeOf(mtimeMs), ETag: `"${md5}"`, Size: size };
    }),
  );
  const { bucket, key } = upload;
  const isTruncated = page.length < parts.length;
  const next = isTruncated ? { NextPartNumberMarker: page.at(-1)?.number ?? behind } : {};
  return {
    document: [
      'ListPartsResult',
      {
        Bucket: bucket,
        Key: key,
        UploadId: request.query.get('uploadId') ?? '',
        ...next,
        IsTruncated: isTruncated,
        Part: shown,
      },
    ],
  };
}

export async function listUploads(request: S3Request): Promise<Answer> {
  knowsOnly(request, 'uploads', 'prefix', 'max-uploads');
  const { store, bucket, query } = request;
  store.bucket(bucket);
  const prefix = query.get('prefix') ?? '';
  const ids = await readdir(store.uploads);
  const uploads = await Promise.all(ids.map(async (id) => ({ id, upload: await readUpload(join(store.uploads, id)) })));
  const list = uploads.flatMap(({ id, upload }) =>
    upload?.bucket === bucket && upload.key.startsWith(prefix)
      ? [{ Key: upload.key, UploadId: id, Initiated: timeOf(upload.begun) }]
      : [],
  );
  return { document: ['ListMultipartUploadsResult', { Bucket: bucket, IsTruncated: false, Upload: list }] };
}

async function uploadOf({
  store,
  query,
  bucket,
  key,
}: S3Request): Promise<{ readonly upload: Upload; readonly folder: string }> {
  const id = query.get('uploadId') ?? '';
  if (!/^[\da-f-]{36}$/.test(id)) throw noSuchUpload();
  const folder = join(store.uploads, id);
  const upload = await readUpload(folder);
  if (upload === undefined || upload.bucket !== bucket || upload.key !== key) throw noSuchUpload();
  return { upload, folder };
}

const readUpload = (folder: string): Promise<Upload | undefined> =>
  readFile(join(folder, HEAD), 'utf8').then(
    (text) => JSON.parse(text) as Upload,
    () => undefined,
  );

async function partsOf(folder: string): Promise<Part[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => {
    const [, number, md5] = /^(\d+)-([\da-f]{32})$/.exec(name) ?? [];
    return md5 === undefined ? [] : [{ number: Number(number), md5, file: join(folder, name) }];
  });
}
