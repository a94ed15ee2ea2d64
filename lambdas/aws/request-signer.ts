import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** Where the credentials of a Lambda execution environment stand; they change with the environment. */
export type CredentialEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Signs requests to an AWS service with the function's own identity, from environment variables alone: the SDK's whole
 * chain of credentials is half a megabyte.
 *
 * @throws Error when the environment has no credentials.
 */
export function createRequestSigner(service: string, region: string, environment: CredentialEnvironment): SignatureV4 {
  return new SignatureV4({
    service,
    region,
    credentials: credentialsOf(environment),
    sha256: NodeSha256,
    applyChecksum: false,
  });
}

function credentialsOf({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN }: CredentialEnvironment) {
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error(
      'Requests to AWS need AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; Lambda sets them, elsewhere export them',
    );
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}

/** Node's own SHA-256 in the shape the signer takes. */
class NodeSha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(chunk));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('The signer makes a hash for each use');
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
