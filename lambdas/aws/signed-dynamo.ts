import { DependencyError } from '../errors';
import { type CredentialEnvironment, createRequestSigner } from './request-signer';

/** Milliseconds until a write that nobody confirmed counts as not made. */
const TIMEOUT_MS = 5_000;

export type Answer =
  | { readonly ok: true; readonly body: unknown }
  /** A condition that did not hold. */
  | { readonly ok: false };

/** DynamoDB's protocol, one signed request a call. */
export type SignedDynamo = (
  target: 'DynamoDB_20120810.PutItem' | 'DynamoDB_20120810.UpdateItem',
  input: object,
) => Promise<Answer>;

/**
 * Writes rows without DynamoDB's client, which would double what an environment of ingest reads and parses at its start, for
 * rows that are seldom written. A call throws DependencyError `dynamodb_unavailable` unless DynamoDB says what became of it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 *
 * @param environment region, credentials, and the endpoint of an engine on a laptop, as the SDKs read them
 */
export function createSignedDynamo(environment: CredentialEnvironment = process.env): SignedDynamo {
  const region = environment.AWS_REGION ?? 'us-east-1';
  const url = new URL(environment.AWS_ENDPOINT_URL_DYNAMODB ?? `https://dynamodb.${region}.amazonaws.com`);
  return async (target, input) => {
    const { headers, body } = await createRequestSigner('dynamodb', region, environment).sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: '/',
      headers: { host: url.host, 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target },
      body: JSON.stringify(input),
    });
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await answer.text();
    if (answer.ok) return { ok: true, body: JSON.parse(text) };
    if (text.includes('ConditionalCheckFailedException')) return { ok: false };
    throw new DependencyError('dynamodb_unavailable', `DynamoDB answered ${answer.status}: ${text}`);
  };
}
