import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createObjectServer } from '../../../../local/engines/s3/server';
import { openStore } from '../../../../local/engines/s3/store';

const Bucket = 'a-bucket';
let folder: string;
let server: Server;
let client: S3Client;
let url: string;
const faults: unknown[] = [];

async function serve(): Promise<void> {
  server = createObjectServer(await openStore(folder), (error) => faults.push(error));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new S3Client({
    endpoint: url,
    forcePathStyle: true,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}
async function end(): Promise<void> {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderflow-objects-'));
  await serve();
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(async () => {
  await end();
  await rm(folder, { recursive: true, force: true });
  expect(faults.splice(0)).toEqual([]);
});

const put = (Key: string, Body: string | Buffer, more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more: object = {}) => client.send(new GetObjectCommand({ Bucket, Key, ...more }));
const textOf = async (Key: string, more: object = {}) => (await get(Key, more)).Body?.transformToString();
const refused = (code: string, status: number) => ({ name: code, $metadata: { httpStatusCode: status } });

/** A request by hand: the status and the headers of its answer. */
const ask = (method: string, path: string, headers: Record<string, string> = {}, body = '') =>
  new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    // By its parts, since a URL would resolve dots.
    const sent = request({ port: new URL(url).port, host: '127.0.0.1', path, method, headers }, async (response) => {
      let text = '';
      for await (const piece of response) text += piece;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
    sent.once('error', reject).end(body);
  });

describe('objects', () => {
  it('come back as they were put, with what was said of them', async () => {
    const body = Buffer.from([0, 255, 13, 10, 0]);
    const more = { ContentType: 'application/x-ndjson', ContentEncoding: 'gzip', Metadata: { by: 'audit' } };
    const { ETag } = await put('a/b c/ü+€.gz', body, more);
    const answer = await get('a/b c/ü+€.gz');
    expect(Buffer.from((await answer.Body?.transformToByteArray()) ?? [])).toEqual(body);
    expect(answer).toMatchObject({ ...more, ETag, ContentLength: 5 });
    expect(ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'a/b c/ü+€.gz' }))).toMatchObject({ ...more, ETag });
  });

  it('of any size come as a stream, whose checksum is told behind it', async () => {
    const piece = Buffer.alloc(1_000_003, 'x');
    const Body = Readable.from([piece, piece, piece]);
    await client.send(
      new PutObjectCommand({ Bucket, Key: 'large', Body, ContentLength: 3 * piece.length, ChecksumAlgorithm: 'CRC32' }),
    );
    const answer = await get('large', { ChecksumMode: 'ENABLED' });
    expect(answer.ChecksumCRC32).toBeDefined();
    expect((await answer.Body?.transformToByteArray())?.length).toBe(3 * piece.length);
  });

  it('are empty when they are', async () => {
    await put('empty', Buffer.alloc(0), { ContentLength: 0 });
    expect(await textOf('empty')).toBe('');
  });

  it('are not there under the key before they were, or after they were deleted', async () => {
    await expect(get('never')).rejects.toMatchObject(refused('NoSuchKey', 404));
    await put('gone', 'x');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'gone' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it('are copied, with or without what was said of them', async () => {
    await put('from it', 'text', { ContentType: 'text/plain' });
    const CopySource = encodeURIComponent(`${Bucket}/from it`);
    await client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
    expect(await get('to')).toMatchObject({ ContentType: 'text/plain' });
    const other = { MetadataDirective: 'REPLACE', ContentType: 'text/csv' } as const;
    await client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource, ...other }));
    expect(await get('to')).toMatchObject({ ContentType: 'text/csv' });
    expect(await textOf('to')).toBe('text');
  });

  it('are read in part', async () => {
    await put('digits', '0123456789');
    expect(await textOf('digits', { Range: 'bytes=2-4' })).toBe('234');
    expect(await textOf('digits', { Range: 'bytes=7-' })).toBe('789');
    expect(await get('digits', { Range: 'bytes=-2' })).toMatchObject({ ContentRange: 'bytes 8-9/10' });
    await expect(get('digits', { Range: 'bytes=10-' })).rejects.toMatchObject(refused('InvalidRange', 416));
  });

  it('outlive the process, and nothing but them does', async () => {
    await put('a', 'first');
    await put('a', 'second');
    await writeFile(join(folder, '.spool', 'half'), 'half of');
    await end();
    await serve();
    expect(await textOf('a')).toBe('second');
    expect(await readdir(join(folder, '.spool'))).toEqual([]);
  });

  it('are files that nobody else can read', async () => {
    await put('a', 'x');
    const [file = ''] = await readdir(join(folder, Bucket));
    expect((await stat(join(folder, Bucket, file))).mode & 0o077).toBe(0);
    expect((await stat(join(folder, Bucket))).mode & 0o077).toBe(0);
    expect(await readFile(join(folder, Bucket, file), 'latin1')).toMatch(/^x\{/);
  });
});

describe('conditions', () => {
  it('the first of many writers at once wins, and a reader never sees half of another one', async () => {
    const bodies = Array.from({ length: 20 }, (_, i) => Buffer.alloc(100_000, String.fromCharCode(97 + i)));
    const outcomes = await Promise.allSettled(bodies.map((body) => put('once', body, { IfNoneMatch: '*' })));
    const winners = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
    expect(winners).toHaveLength(1);
    expect(await textOf('once')).toBe(String(bodies[winners[0] ?? 0]));
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: refused('PreconditionFailed', 412),
    });
  });

  it('of a write: If-Match', async () => {
    await expect(put('a', '1', { IfMatch: '"x"' })).rejects.toMatchObject(refused('NoSuchKey', 404));
    const { ETag } = await put('a', '1');
    await put('a', '2', { IfMatch: ETag });
    await expect(put('a', '3', { IfMatch: ETag })).rejects.toMatchObject(refused('PreconditionFailed', 412));
    expect(await textOf('a')).toBe('2');
  });

  it('of a read', async () => {
    const { ETag } = await put('a', '1');
    await expect(get('a', { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(get('a', { IfMatch: '"x"' })).rejects.toMatchObject(refused('PreconditionFailed', 412));
    expect(await textOf('a', { IfMatch: ETag })).toBe('1');
    await expect(get('a', { IfModifiedSince: new Date(Date.now() + 5_000) })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
  });
});

describe('what does not arrive whole or true is not kept', () => {
  const target = `/${Bucket}/a`;
  it.each([
    ['another MD5', { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, 'x', 'BadDigest'],
    ['another CRC32', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 'x', 'BadDigest'],
    ['another SHA-256', { 'x-amz-checksum-sha256': 'AAAA' }, 'x', 'BadDigest'],
    ['another signed digest', { 'x-amz-content-sha256': '0'.repeat(64) }, 'x', 'XAmzContentSHA256Mismatch'],
    ['no last chunk', { 'content-encoding': 'aws-chunked' }, '1\r\nx\r\n', 'IncompleteBody'],
    ['no chunks', { 'content-encoding': 'aws-chunked' }, 'plain text\r\n', 'IncompleteBody'],
    [
      'another length',
      { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '2' },
      '1\r\nx\r\n0\r\n\r\n',
      'IncompleteBody',
    ],
    [
      'a checksum behind it that differs',
      { 'content-encoding': 'aws-chunked' },
      '1\r\nx\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
      'BadDigest',
    ],
  ])('%s', async (_, headers, body, code) => {
    const answer = await ask('PUT', target, headers as Record<string, string>, body);
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining(`<Code>${code}</Code>`) });
    expect((await ask('HEAD', target)).status).toBe(404);
  });

  it('a client that goes away in the middle', async () => {
    await new Promise<void>((resolve) => {
      const sent = request(`${url}${target}`, { method: 'PUT', headers: { 'content-length': '100' } });
      sent.once('error', () => resolve());
      sent.write('half');
      setTimeout(() => sent.destroy(new Error('gone')), 20);
    });
    expect((await ask('HEAD', target)).status).toBe(404);
  });
});

describe('uploads in parts', () => {
  const Key = 'parts';
  const big = Buffer.alloc(5 * 1024 * 1024, 'b');
  const begin = async () => (await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId;
  const send = async (UploadId: string | undefined, PartNumber: number, Body: Buffer) => {
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    return { PartNumber, ETag };
  };

  it('become one object when they are completed, and not before', async () => {
    const UploadId = await begin();
    await send(UploadId, 2, Buffer.from('overwritten'));
    const Parts = [await send(UploadId, 1, big), await send(UploadId, 2, Buffer.from('end'))];
    await expect(get(Key)).rejects.toMatchObject(refused('NoSuchKey', 404));
    await end();
    await serve();
    expect((await client.send(new ListPartsCommand({ Bucket, Key, UploadId }))).Parts).toHaveLength(2);
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toHaveLength(1);
    const done = await client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    );
    expect(done.ETag).toMatch(/-2"$/);
    const whole = Buffer.from((await (await get(Key)).Body?.transformToByteArray()) ?? []);
    expect(whole.equals(Buffer.concat([big, Buffer.from('end')]))).toBe(true);
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([]);
  });

  it('are refused in disorder, when one is missing or too small, and after an abort', async () => {
    const UploadId = await begin();
    const [one, two] = [await send(UploadId, 1, Buffer.from('small')), await send(UploadId, 2, Buffer.from('end'))];
    const complete = (Parts: { PartNumber: number; ETag: string | undefined }[]) =>
      client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    await expect(complete([two, one])).rejects.toMatchObject(refused('InvalidPartOrder', 400));
    await expect(complete([one, two])).rejects.toMatchObject(refused('EntityTooSmall', 400));
    await expect(complete([{ PartNumber: 3, ETag: '"x"' }])).rejects.toMatchObject(refused('InvalidPart', 400));
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    await expect(complete([one])).rejects.toMatchObject(refused('NoSuchUpload', 404));
  });
});

describe('lists', () => {
  const list = async (more: object = {}) => client.send(new ListObjectsV2Command({ Bucket, ...more }));
  const keysOf = ({ Contents = [] }: { Contents?: { Key?: string }[] }) => Contents.map(({ Key }) => Key);

  it('are in the order of bytes, a page at a time, and folded by a delimiter', async () => {
    const keys = ['a/1', 'a/2', 'b', 'b/1', '\uff5e', '😀', 'Z', 'a&<b>'];
    for (const key of keys) await put(key, key);
    const byBytes = keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    expect(keysOf(await list())).toEqual(byBytes);
    const paged: (string | undefined)[] = [];
    for (let ContinuationToken: string | undefined, more = true; more; more = ContinuationToken !== undefined) {
      const page = await list({ MaxKeys: 3, ContinuationToken });
      paged.push(...keysOf(page));
      ContinuationToken = page.NextContinuationToken;
    }
    expect(paged).toEqual(byBytes);
    const folded = await list({ Delimiter: '/' });
    expect(folded.CommonPrefixes).toEqual([{ Prefix: 'a/' }, { Prefix: 'b/' }]);
    expect(keysOf(folded)).toEqual(byBytes.filter((key) => !key.includes('/')));
    expect(keysOf(await list({ Prefix: 'a/', StartAfter: 'a/1' }))).toEqual(['a/2']);
    expect(keysOf(await client.send(new ListObjectsCommand({ Bucket, Marker: 'b' })))[0]).toBe('b/1');
    expect((await list({ EncodingType: 'url', Prefix: 'a&' })).Contents?.[0]?.Key).toBe('a%26%3Cb%3E');
  });

  it('pages of folded prefixes name each once', async () => {
    for (const key of ['a/1', 'a/2', 'b/1', 'b/2', 'c']) await put(key, 'x');
    const first = await list({ Delimiter: '/', MaxKeys: 1 });
    const second = await list({ Delimiter: '/', MaxKeys: 1, ContinuationToken: first.NextContinuationToken });
    const third = await list({ Delimiter: '/', MaxKeys: 1, ContinuationToken: second.NextContinuationToken });
    expect([first.CommonPrefixes, second.CommonPrefixes]).toEqual([[{ Prefix: 'a/' }], [{ Prefix: 'b/' }]]);
    expect(third).toMatchObject({ Contents: [{ Key: 'c' }], IsTruncated: false });
  });

  it('a token of nobody is refused', async () => {
    await expect(list({ ContinuationToken: '!' })).rejects.toMatchObject(refused('InvalidArgument', 400));
  });
});

describe('buckets', () => {
  it('are made once, listed, and deleted when they are empty', async () => {
    await expect(client.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject(
      refused('BucketAlreadyOwnedByYou', 409),
    );
    expect((await client.send(new ListBucketsCommand({}))).Buckets).toMatchObject([{ Name: Bucket }]);
    await client.send(new GetBucketLocationCommand({ Bucket }));
    await put('a', 'x');
    await put('b', 'x');
    await expect(client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject(
      refused('BucketNotEmpty', 409),
    );
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }, { Key: 'b' }] } }));
    await client.send(new DeleteBucketCommand({ Bucket }));
    await expect(client.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' });
    await expect(put('a', 'x')).rejects.toMatchObject(refused('NoSuchBucket', 404));
  });

  it.each(['..', '.uploads', 'A', 'ab_c'])('none is called %s', async (name) => {
    expect((await ask('PUT', `/${encodeURIComponent(name)}`)).text).toContain('<Code>InvalidBucketName</Code>');
  });
});

test('what it does not know is an error that names another engine, never a success', async () => {
  await put('a', 'x');
  const tagging = client.send(new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet: [] } }));
  await expect(tagging).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('--s3 <url>'),
  });
  expect(await textOf('a')).toBe('x');
  for (const target of [`/${Bucket}?lifecycle`, `/${Bucket}?versions`, `/${Bucket}/a?acl`]) {
    expect((await ask('GET', target)).status).toBe(501);
  }
});

describe('a web page', () => {
  it('may neither read nor write, and is told so without a word that would let it', async () => {
    await put('a', 'secret');
    for (const [method, headers] of [
      ['GET', {}],
      ['PUT', {}],
      ['OPTIONS', { 'access-control-request-method': 'GET' }],
    ] as const) {
      for (const origin of ['https://evil.example', 'null', url]) {
        const answer = await ask(method, `/${Bucket}/a`, { origin, ...headers });
        expect(answer.status).toBe(403);
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
    expect(await textOf('a')).toBe('secret');
  });

  it.each([
    ['evil.example:9090', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.', 403],
    ['localhost:9090', 200],
    ['host.docker.internal:9090', 200],
    ['[::1]:9090', 200],
  ])('whose name is made to point here is refused: %s is answered %i', async (host, status) => {
    expect((await ask('GET', `/${Bucket}`, { host })).status).toBe(status);
  });
});
