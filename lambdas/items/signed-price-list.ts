import { type CredentialEnvironment, createRequestSigner } from '../aws/request-signer';
import { DependencyError } from '../errors';
import type { PriceList } from './dynamo-price-list';
import { priceRow } from './price-row';

/** Milliseconds until a price that nobody confirmed counts as not set. */
const TIMEOUT_MS = 5_000;

export interface SignedPriceListOptions {
  readonly table: string;
  /** Region, credentials, and the endpoint of an engine on a laptop, as the SDKs read them. */
  readonly environment?: CredentialEnvironment;
}

/**
 * Sets list prices by one signed request of DynamoDB's protocol, without its client: the client would double what an
 * environment of ingest reads and parses at its start, for a row that is seldom written.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export function createSignedPriceList({
  table,
  environment = process.env,
}: SignedPriceListOptions): Pick<PriceList, 'setPrice'> {
  const region = environment.AWS_REGION ?? 'us-east-1';
  const url = new URL(environment.AWS_ENDPOINT_URL_DYNAMODB ?? `https://dynamodb.${region}.amazonaws.com`);

  return {
    async setPrice(item, price) {
      const { headers, body } = await createRequestSigner('dynamodb', region, environment).sign({
        method: 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        path: '/',
        headers: {
          host: url.host,
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'DynamoDB_20120810.PutItem',
        },
        body: JSON.stringify({ TableName: table, Item: priceRow(item, price) }),
      });
      const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!answer.ok) {
        throw new DependencyError('dynamodb_unavailable', `DynamoDB answered ${answer.status}: ${await answer.text()}`);
      }
    },
  };
}
