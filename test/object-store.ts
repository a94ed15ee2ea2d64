import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startS3 } from './engines';

/** An object store for the tests of one file, started before them and removed after. */
export function anObjectStore() {
  let directory: string;
  let engine: Awaited<ReturnType<typeof startS3>>;
  let client: S3Client;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'orderflow-s3-'));
    engine = await startS3(directory);
    client = new S3Client({
      endpoint: engine.url,
      forcePathStyle: true,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  }, 120_000);

  afterAll(async () => {
    client?.destroy();
    await engine?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  return {
    url: () => engine.url,
    client: () => client,
    /** @returns the name of a new bucket. */
    async bucket(): Promise<string> {
      const name = `bucket-${randomUUID().slice(0, 8)}`;
      await client.send(new CreateBucketCommand({ Bucket: name }));
      return name;
    },
  };
}
