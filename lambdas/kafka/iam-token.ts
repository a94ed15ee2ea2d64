import { type CredentialEnvironment, createRequestSigner } from '../aws/request-signer';

export interface IamTokenOptions {
  /** The cluster's region. */
  readonly region: string;
  readonly environment?: CredentialEnvironment;
  readonly now?: Date;
}

/** Seconds a token may be presented after it was signed, as in AWS's own signers. */
const LIFETIME = 900;

/**
 * The token by which MSK knows an IAM identity over SASL/OAUTHBEARER: a presigned `kafka-cluster:Connect`, in base64url.
 * AWS's own signer is https://github.com/aws/aws-msk-iam-sasl-signer-js.
 *
 * @throws Error when the environment has no credentials.
 */
export async function createIamToken({
  region,
  environment = process.env,
  now = new Date(),
}: IamTokenOptions): Promise<string> {
  const hostname = `kafka.${region}.amazonaws.com`;
  const signer = createRequestSigner('kafka-cluster', region, environment);
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
