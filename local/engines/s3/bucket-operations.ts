import { type Answer, timeOf } from './answer';
import { knowsOnly, type S3Request } from './request';
import { S3Error } from './s3-error';

const OWNER = { ID: 'local', DisplayName: 'local' };

export function listBuckets(request: S3Request): Answer {
  knowsOnly(request, 'max-buckets', 'prefix');
  const prefix = request.query.get('prefix') ?? '';
  const named = request.store.buckets().filter(({ name }) => name.startsWith(prefix));
  const list = named.map(({ name, created }) => ({ Name: name, CreationDate: timeOf(created) }));
  return { document: ['ListAllMyBucketsResult', { Owner: OWNER, Buckets: { Bucket: list } }] };
}

export function createBucket(request: S3Request): Answer {
  knowsOnly(request);
  const { bucket, store, message } = request;
  if (!/^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/.test(bucket)) {
    throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.');
  }
  // Where it is to lie makes no difference here.
  message.resume();
  store.createBucket(bucket);
  return { headers: { location: `/${bucket}` } };
}

export function headBucket({ store, bucket }: S3Request): Answer {
  store.bucket(bucket);
  return { headers: { 'x-amz-bucket-region': 'us-east-1' } };
}

export function deleteBucket(request: S3Request): Answer {
  knowsOnly(request);
  request.store.deleteBucket(request.bucket);
  return { status: 204 };
}

export function describeBucket(request: S3Request): Answer {
  knowsOnly(request, 'location', 'versioning');
  request.store.bucket(request.bucket);
  return { document: [request.query.has('location') ? 'LocationConstraint' : 'VersioningConfiguration', ''] };
}
