import type { BucketModel } from '../model';

const ALREADY = new Set(['BucketAlreadyOwnedByYou', 'BucketAlreadyExists']);

/** Creates the buckets that are missing. */
export async function createBuckets(endpoint: string, buckets: readonly BucketModel[]): Promise<void> {
  // Loaded by those apps only that have a bucket.
  const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    for (const { name } of buckets) {
      await client.send(new CreateBucketCommand({ Bucket: name })).catch((error: Error) => {
        if (!ALREADY.has(error.name)) throw error;
      });
    }
  } finally {
    client.destroy();
  }
}
