import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { noSuchBucket, S3Error } from './s3-error';

/** What is known of an object beside its bytes. */
export interface ObjectInfo {
  readonly key: string;
  /** With its quotes, as HTTP has it. */
  readonly etag: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** What was given with it and comes back: content type and its kin, `x-amz-meta-…`, checksums; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Bytes that were written beside the objects, and are one of them once they are put. */
export interface Spooled {
  readonly file: string;
  readonly size: number;
  /** Of MD5, in hex. */
  readonly md5: string;
}

export interface Bucket {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  get(key: string): ObjectInfo | undefined;
  /** In the order of their UTF-8 bytes, as S3 lists them. */
  keys(): readonly string[];
  isEmpty(): boolean;
  /**
   * Makes the bytes the object, at once and whole.
   *
   * @param allow is asked about what stands there in the very moment; it throws to refuse.
   */
  put(
    bytes: Spooled,
    info: Omit<ObjectInfo, 'size'>,
    allow: (present: ObjectInfo | undefined) => void,
  ): Promise<ObjectInfo>;
  /** The file begins with the object's bytes; it stays readable whatever is put over it. */
  open(key: string): Promise<{ readonly info: ObjectInfo; readonly file: FileHandle } | undefined>;
  remove(key: string): void;
}

export interface Store {
  buckets(): readonly Bucket[];
  /** @throws S3Error `NoSuchBucket` */
  bucket(name: string): Bucket;
  createBucket(name: string): void;
  deleteBucket(name: string): void;
  /** A new file for bytes that arrive; removed at the next start if nothing became of it. */
  spoolFile(): string;
  /** Where unfinished multipart uploads are kept. */
  readonly uploads: string;
}

/** No bucket's name begins with a dot. */
const SPOOL = '.spool';
const UPLOADS = '.uploads';
/** Ends each object's file, after its info in JSON and that text's length; a file without it is not one of ours. */
const MARK = Buffer.from('S3OBJ\0\0\x01');
const TAIL_BYTES = 8 + MARK.length;

/**
 * Objects as files of one folder a bucket. A file holds all of an object, what is known of it behind its bytes, and gets its
 * place by a rename once it is on the disk: there is no moment at which a death leaves half an object under a name, and no
 * index that could contradict the files.
 */
export async function openStore(folder: string): Promise<Store> {
  const spool = join(folder, SPOOL);
  const uploads = join(folder, UPLOADS);
  await rm(spool, { recursive: true, force: true });
  for (const one of [folder, spool, uploads]) await mkdir(one, { recursive: true, mode: 0o700 });
  const buckets = new Map<string, Bucket>();
  const names = (await readdir(folder, { withFileTypes: true })).filter((one) => one.isDirectory());
  for (const { name } of names.filter((one) => !one.name.startsWith('.'))) {
    buckets.set(name, await openBucket(name, join(folder, name)));
  }
  return {
    uploads,
    buckets: () => [...buckets.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
    bucket(name) {
      const bucket = buckets.get(name);
      if (bucket === undefined) throw noSuchBucket();
      return bucket;
    },
    createBucket(name) {
      if (buckets.has(name)) {
        throw new S3Error(409, 'BucketAlreadyOwnedByYou', 'The bucket you tried to create exists, and you own it.');
      }
      mkdirSync(join(folder, name), { mode: 0o700 });
      buckets.set(name, createBucket(name, join(folder, name), Date.now(), []));
    },
    deleteBucket(name) {
      const bucket = buckets.get(name);
      if (bucket === undefined) throw noSuchBucket();
      if (!bucket.isEmpty()) {
        throw new S3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty');
      }
      rmdirSync(join(folder, name));
      buckets.delete(name);
    },
    spoolFile: () => join(spool, randomUUID()),
  };
}

async function openBucket(name: string, folder: string): Promise<Bucket> {
  const infos: ObjectInfo[] = [];
  for (const file of readdirSync(folder)) {
    const info = await readInfo(join(folder, file));
    // Nothing puts such a file there but somebody else.
    if (info === undefined || fileOf(info.key) !== file) throw new Error(`${join(folder, file)} is not an object`);
    infos.push(info);
  }
  return createBucket(name, folder, statSync(folder).birthtimeMs, infos);
}

function createBucket(name: string, folder: string, created: number, present: readonly ObjectInfo[]): Bucket {
  const objects = new Map(present.map((info) => [info.key, info]));
  let sorted: readonly string[] | undefined;
  const place = (key: string) => join(folder, fileOf(key));
  return {
    name,
    created,
    get: (key) => objects.get(key),
    keys() {
      sorted ??= [...objects.keys()].sort(byUtf8);
      return sorted;
    },
    isEmpty: () => objects.size === 0,
    async put({ file, size }, known, allow) {
      const info = { ...known, size };
      try {
        // Before the bytes are made safe, too: most refusals come cheaper.
        allow(objects.get(info.key));
        await seal(file, info);
        allow(objects.get(info.key));
        // In one turn with the question, so that nobody comes between.
        renameSync(file, place(info.key));
      } catch (error) {
        rmSync(file, { force: true });
        throw error;
      }
      if (!objects.has(info.key)) sorted = undefined;
      objects.set(info.key, info);
      await syncFolder(folder);
      return info;
    },
    async open(key) {
      for (;;) {
        const info = objects.get(key);
        if (info === undefined) return undefined;
        const file = await open(place(key)).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error;
        });
        if (file === undefined) continue;
        // It may have been put over meanwhile.
        if (objects.get(key) === info) return { info, file };
        await file.close();
      }
    },
    remove(key) {
      rmSync(place(key), { force: true });
      if (objects.delete(key)) sorted = undefined;
    },
  };
}

/** A key may hold what no file's name can. */
const fileOf = (key: string): string => createHash('sha256').update(key).digest('hex');

async function seal(path: string, info: ObjectInfo): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    const text = Buffer.from(JSON.stringify(info));
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(text.length));
    await file.writeFile(Buffer.concat([text, length, MARK]));
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readInfo(path: string): Promise<ObjectInfo | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(TAIL_BYTES);
    if (size < TAIL_BYTES) return undefined;
    await file.read(tail, 0, TAIL_BYTES, size - TAIL_BYTES);
    if (!tail.subarray(8).equals(MARK)) return undefined;
    const text = Buffer.alloc(Number(tail.readBigUInt64BE()));
    await file.read(text, 0, text.length, size - TAIL_BYTES - text.length);
    const info = JSON.parse(text.toString()) as ObjectInfo;
    return info.size === size - TAIL_BYTES - text.length ? info : undefined;
  } finally {
    await file.close();
  }
}

/** The rename itself is on the disk after this. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  // Some file systems cannot sync a folder.
  await handle?.sync().catch(() => {});
  await handle?.close();
}

const SURROGATE = /[\ud800-\udfff]/;

/** JavaScript compares UTF-16, which differs where a character needs two units. */
function byUtf8(one: string, other: string): number {
  if (SURROGATE.test(one) || SURROGATE.test(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : one > other ? 1 : 0;
}
