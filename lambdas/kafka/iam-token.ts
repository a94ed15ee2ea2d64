import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

export interface IamTokenOptions {
  /** The cluster's region. */
  readonly region: string;
  /** Where the credentials of a Lambda execution environment stand; they change with the environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly now?: Date;
}

/** Seconds a token may be presented after it was signed, as in AWS's own signers. */
const LIFETIME = 900;

/**
 * The token by which MSK knows an IAM identity over SASL/OAUTHBEARER: a presigned `kafka-cluster:Connect`, in base64url.
 *
 * AWS's signer (https://github.com/aws/aws-msk-iam-sasl-signer-js) brings the whole credential chain, half a megabyte;
 * in Lambda the credentials are in the environment.
 *
 * @throws Error when the environment has no credentials.
 */
export async function createIamToken({
  region,
  environment = process.env,
  now = new Date(),
}: IamTokenOptions): Promise<string> {
  const hostname = `kafka.${region}.amazonaws.com`;
  const signer = new SignatureV4({
    service: 'kafka-cluster',
    region,
    credentials: credentialsOf(environment),
    sha256: NodeSha256,
    applyChecksum: false,
  });
  const request = {
    method: 'GET',
    protocol: 'https:',
    hostname,
    path: '/',
    headers: { host: hostname },
    query: { Action: 'kafka-cluster:Connect' },
  };
  const { query = {} } = await signer.presign(request, { expiresIn: LIFETIME, signingDate: now });
  // Not signed: the brokers log it, nothing checks it.
  const parameters = Object.entries({ ...query, 'User-Agent': 'orderflow' });
  const url = `https://${hostname}/?${parameters.map(([name, value]) => `${name}=${encode(String(value))}`).join('&')}`;
  return Buffer.from(url).toString('base64url');
}

/** As Signature Version 4 spells a query: RFC 3986, which leaves out four characters that encodeURIComponent keeps. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

function credentialsOf(environment: Readonly<Record<string, string | undefined>>) {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error(
      'KAFKA_AUTH=iam needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; Lambda sets them, elsewhere export them',
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
