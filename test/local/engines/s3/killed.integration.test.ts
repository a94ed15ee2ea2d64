import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3ObjectStore } from '../../../../lambdas/objects/s3-object-store';
import { createRandom } from '../../../chaos/random';
import { type OwnObjectStore, startS3 } from '../../../engines';

jest.setTimeout(240_000);
const SEED = Date.now() % 1_000_000;
const OBJECTS = 400;
const WRITERS = 8;
const KILLS = 6;
const Bucket = 'archive';

let directory: string;
let engine: OwnObjectStore;
let client: S3Client;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orderflow-s3-'));
  engine = await startS3(directory);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new S3Client({
    endpoint: engine.url,
    forcePathStyle: true,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials,
  });
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  client?.destroy();
  await engine?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Kills the store in the middle of writes: told of each answer, it strikes after so many of them. */
function aKiller(kills: number, answers: number) {
  const random = createRandom(SEED);
  const at = new Set(Array.from({ length: kills }, () => random.int(1, answers)));
  let count = 0;
  let coming: Promise<void> = Promise.resolve();
  return {
    kills: at.size,
    answered() {
      count += 1;
      if (at.has(count)) coming = coming.then(() => engine.kill()).then(() => engine.restart());
    },
    /** Resolves once it has come back from all kills so far. */
    back: () => coming,
  };
}

/** Until it is answered; what a kill interrupted is written again, as audit does. */
async function untilAnswered<Result>(write: () => Promise<Result>, back: () => Promise<void>): Promise<Result> {
  for (;;) {
    try {
      return await write();
    } catch {
      await back();
    }
  }
}

async function byWriters(work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const writer = async () => {
    for (let index = next++; index < OBJECTS; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

test(`killed again and again while objects are written once, it has every answered one whole (seed ${SEED})`, async () => {
  const store = createS3ObjectStore(client, Bucket);
  const bodyOf = (index: number) => {
    const seed = createHash('sha256').update(`${SEED} ${index}`).digest();
    return Buffer.alloc(1 + (seed[0] ?? 0) * (seed[1] ?? 0) * 16, seed);
  };
  const killer = aKiller(KILLS, OBJECTS);
  const outcomes = new Map<string, number>();
  await byWriters(async (index) => {
    const object = { key: `once/${index}`, body: bodyOf(index), type: 'application/octet-stream' };
    const outcome = await untilAnswered(() => store.putIfAbsent(object), killer.back);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    killer.answered();
  });
  await killer.back();
  await engine.kill();
  await engine.restart();

  process.stderr.write(`object store killed ${killer.kills + 1} times: ${JSON.stringify([...outcomes])}\n`);
  const listed = new Map<string, number>();
  for await (const { key, bytes } of store.list('once/')) listed.set(key, bytes);
  expect(listed.size).toBe(OBJECTS);
  for (let index = 0; index < OBJECTS; index++) {
    const body = await store.get(`once/${index}`);
    expect(body?.equals(bodyOf(index))).toBe(true);
    expect(listed.get(`once/${index}`)).toBe(body?.length);
  }
});

test(`killed while objects are put over, it has the last answered one of each, or a later one, and never a mixture (seed ${SEED})`, async () => {
  const KEYS = 10;
  const bodyOf = (version: number) => Buffer.alloc(50_000 + version, String.fromCharCode(97 + (version % 26)));
  const answered = new Map<string, number>();
  const killer = aKiller(KILLS, OBJECTS);
  await byWriters(async (index) => {
    const key = `over/${index % KEYS}`;
    const command = new PutObjectCommand({ Bucket, Key: key, Body: bodyOf(index) });
    await untilAnswered(() => client.send(command), killer.back);
    answered.set(key, index);
    killer.answered();
  });
  await killer.back();
  await engine.kill();
  await engine.restart();
  for (const key of answered.keys()) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
    const body = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const version = body.length - 50_000;
    expect(body.equals(bodyOf(version))).toBe(true);
    // Two writers of one key may be under way at once, and either's write may be the last.
    expect(version).toBeGreaterThanOrEqual((answered.get(key) ?? 0) - 2 * KEYS);
  }
});
