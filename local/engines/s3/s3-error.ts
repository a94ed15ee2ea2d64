/** An answer that refuses, in S3's own terms (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const noSuchKey = () => new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
export const noSuchBucket = () => new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
export const noSuchUpload = () => new S3Error(404, 'NoSuchUpload', 'The specified upload does not exist.');
export const invalid = (message: string) => new S3Error(400, 'InvalidArgument', message);
export const badDigest = (what: string) =>
  new S3Error(400, 'BadDigest', `The ${what} you specified did not match what arrived.`);
export const preconditionFailed = () =>
  new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
export const notImplemented = (what: string) =>
  new S3Error(
    501,
    'NotImplemented',
    `The embedded object store does not know ${what}: name another one with --s3 <url>, for instance S3Mock of local/docker-compose.yml`,
  );
