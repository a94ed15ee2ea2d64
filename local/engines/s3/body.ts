import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { badDigest, S3Error } from './s3-error';
import type { Spooled } from './store';

const CHECKSUM = /^x-amz-checksum-(crc32|crc32c|crc64nvme|sha1|sha256)$/;

export interface ReceivedBody extends Spooled {
  /** `x-amz-checksum-…` by name, from the head or from behind the body. */
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * Writes a request's body to a file, and checks it against every length and digest that came with it; checksums by CRC32C
 * and CRC64NVME are kept as they were given.
 *
 * @throws S3Error when anything does not match
 */
export async function receiveBody(request: IncomingMessage, file: string): Promise<ReceivedBody> {
  try {
    return await receive(request, file);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function receive(request: IncomingMessage, file: string): Promise<ReceivedBody> {
  const { headers } = request;
  const chunked = isChunked(request);
  const trailers: Record<string, string> = {};
  const digests: Record<string, Hash> = Object.fromEntries(
    ['md5', 'sha1', 'sha256'].map((name) => [name, createHash(name)]),
  );
  let size = 0;
  let crc = 0;
  async function* observed() {
    for await (const piece of chunked ? unchunk(request, trailers) : piecesOf(request)) {
      const bytes = piece as Buffer;
      size += bytes.length;
      crc = crc32(bytes, crc);
      for (const digest of Object.values(digests)) digest.update(bytes);
      yield bytes;
    }
  }
  await pipeline(observed, createWriteStream(file, { mode: 0o600 }));

  const length = chunked ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  if (length !== undefined && Number(length) !== size) throw incomplete();
  const digest = Object.fromEntries(Object.entries(digests).map(([name, hash]) => [name, hash.digest()]));
  const { md5 = Buffer.alloc(0), sha1, sha256 } = digest;
  if (headers['content-md5'] !== undefined && headers['content-md5'] !== md5.toString('base64')) {
    throw badDigest('Content-MD5');
  }
  const signed = String(headers['x-amz-content-sha256'] ?? '');
  if (/^[\da-f]{64}$/i.test(signed) && signed.toLowerCase() !== sha256?.toString('hex')) {
    throw new S3Error(
      400,
      'XAmzContentSHA256Mismatch',
      'The x-amz-content-sha256 you specified did not match what arrived.',
    );
  }
  const checksums = Object.fromEntries(
    Object.entries({ ...headers, ...trailers }).filter(([name]) => CHECKSUM.test(name)),
  ) as Record<string, string>;
  const crcBytes = Buffer.alloc(4);
  crcBytes.writeUInt32BE(crc);
  for (const [name, ours] of Object.entries({ crc32: crcBytes, sha1, sha256 })) {
    const theirs = checksums[`x-amz-checksum-${name}`];
    if (theirs !== undefined && theirs !== ours?.toString('base64')) throw badDigest(name.toUpperCase());
  }
  return { file, size, md5: md5.toString('hex'), checksums };
}

/** A small body, such as a list of keys, whole. */
export async function receiveText(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of isChunked(request) ? unchunk(request, {}) : piecesOf(request)) {
    size += (piece as Buffer).length;
    if (size > 4_000_000) throw new S3Error(400, 'MaxMessageLengthExceeded', 'Your request was too large.');
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces).toString();
}

/** Whoever stops reading wants to answer yet. */
const piecesOf = (request: IncomingMessage): AsyncIterable<Buffer> => request.iterator({ destroyOnReturn: false });

const isChunked = ({ headers }: IncomingMessage) =>
  /^STREAMING-/.test(String(headers['x-amz-content-sha256'] ?? '')) ||
  /\baws-chunked\b/.test(headers['content-encoding'] ?? '');

/**
 * The bytes of an `aws-chunked` body (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html); signatures are
 * passed over, what follows the last chunk goes to `trailers`.
 */
async function* unchunk(request: IncomingMessage, trailers: Record<string, string>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  /** Of the chunk that is being read, with the line end behind it; undefined before its head. */
  let left: number | undefined;
  let isOver = false;
  for await (const piece of piecesOf(request)) {
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    while (!isOver) {
      if (left === undefined) {
        const end = held.indexOf('\r\n');
        if (end < 0) break;
        const size = /^([\da-f]+)(?:;|$)/i.exec(held.subarray(0, end).toString('latin1'))?.[1];
        if (size === undefined) throw incomplete();
        held = held.subarray(end + 2);
        left = Number.parseInt(size, 16);
        isOver = left === 0;
        continue;
      }
      const bytes = held.subarray(0, left);
      if (bytes.length > 0) yield bytes;
      left -= bytes.length;
      held = held.subarray(bytes.length);
      if (left > 0 || held.length < 2) break;
      held = held.subarray(2);
      left = undefined;
    }
  }
  if (!isOver) throw incomplete();
  for (const line of held.toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
}

const incomplete = () =>
  new S3Error(400, 'IncompleteBody', 'You did not provide the number of bytes specified by the Content-Length header.');
