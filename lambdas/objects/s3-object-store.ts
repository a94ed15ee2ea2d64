import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DependencyError } from '../errors';
import type { ObjectStore } from './object-store';

/**
 * The client of an execution environment: the callers retry with an eye on the remaining time, so the SDK itself tries
 * once more at most. An endpoint of one's own is addressed by path, as `bucket.localhost` resolves nowhere.
 */
export function createS3Client(env: Readonly<Record<string, string | undefined>> = process.env): S3Client {
  return new S3Client({
    maxAttempts: 2,
    forcePathStyle: Boolean(env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL),
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
}

/**
 * Objects in an S3 bucket, written with `If-None-Match: *`, so that the first writer wins whoever comes after
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
 */
export function createS3ObjectStore(
  client: S3Client,
  bucket: string,
  { keysAPage = 1_000 }: { readonly keysAPage?: number } = {},
): ObjectStore {
  return {
    async putIfAbsent({ key, body, type, encoding }, signal) {
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: body,
            ContentType: type,
            ...(encoding && { ContentEncoding: encoding }),
            IfNoneMatch: '*',
          }),
          { ...(signal && { abortSignal: signal }) },
        );
        return 'stored';
      } catch (error) {
        if (statusOf(error) === 412) return 'present';
        throw troubled(`put ${key} into`, bucket, error);
      }
    },

    async get(key, signal) {
      try {
        const command = new GetObjectCommand({ Bucket: bucket, Key: key });
        const answer = await client.send(command, { ...(signal && { abortSignal: signal }) });
        return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return undefined;
        throw troubled(`read ${key} from`, bucket, error);
      }
    },

    async *list(prefix) {
      let token: string | undefined;
      do {
        const page: { Contents?: { Key?: string; Size?: number }[]; NextContinuationToken?: string } = await client
          .send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              MaxKeys: keysAPage,
              ...(token && { ContinuationToken: token }),
            }),
          )
          .catch((error: unknown) => {
            throw troubled(`list ${prefix} of`, bucket, error);
          });
        for (const { Key: key, Size: bytes = 0 } of page.Contents ?? []) if (key !== undefined) yield { key, bytes };
        token = page.NextContinuationToken;
      } while (token);
    },
  };
}

const statusOf = (error: unknown) => (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** Whatever the store answers, it is no record's fault: a lost permission is given back, a bucket is made again. */
function troubled(what: string, bucket: string, cause: unknown): DependencyError {
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  return new DependencyError('object_store_failed', `Could not ${what} bucket ${bucket}: ${reason}`, { cause });
}
