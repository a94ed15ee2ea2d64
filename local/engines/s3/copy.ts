import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { decide, rangeOf } from './conditions';
import type { S3Request } from './request';
import { invalid, noSuchKey, preconditionFailed } from './s3-error';
import type { ObjectInfo, Spooled } from './store';

/** The bytes of another object, or of a part of it, written as if they had been sent. */
export async function spoolCopy(
  { store, header }: S3Request,
  source: string,
): Promise<{ readonly info: ObjectInfo; readonly bytes: Spooled }> {
  const { bucket, key } = readSource(source);
  const found = await store.bucket(bucket).open(key);
  if (found === undefined) throw noSuchKey();
  const { info, file } = found;
  try {
    const conditions = (name: string) => header(`x-amz-copy-source-${name}`);
    if (decide({ header: conditions }, info) !== 'read') throw preconditionFailed();
    const [start, end] = rangeOf(header('x-amz-copy-source-range'), info.size) ?? [0, info.size - 1];
    const spooled = store.spoolFile();
    const md5 = createHash('md5');
    const read = end < start ? Readable.from([]) : file.createReadStream({ start, end, autoClose: false });
    await pipeline(
      read,
      async function* (pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          md5.update(piece);
          yield piece;
        }
      },
      createWriteStream(spooled, { mode: 0o600 }),
    );
    return { info, bytes: { file: spooled, size: end - start + 1, md5: md5.digest('hex') } };
  } finally {
    await file.close();
  }
}

/** `bucket/key`, percent-encoded, with a slash before it or not. */
function readSource(source: string): { readonly bucket: string; readonly key: string } {
  const [path = '', version] = source.split('?versionId=');
  if (version !== undefined && version !== 'null') throw invalid('Invalid version id specified');
  try {
    const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(path)) ?? [];
    if (bucket !== undefined && key !== undefined) return { bucket, key };
  } catch {
    // Said below.
  }
  throw invalid('Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
}
