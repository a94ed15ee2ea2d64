import { type CredentialEnvironment, createRequestSigner } from '../aws/request-signer';
import { DependencyError } from '../errors';
import { priceRow } from './price-row';

/** Milliseconds until a price that nobody confirmed counts as not set. */
const TIMEOUT_MS = 5_000;

/** Where list prices are set. */
export interface PriceRegister {
  setPrice(item: string, price: string): Promise<void>;
  /** @returns false when the item has a price already, which stays. */
  addPrice(item: string, price: string): Promise<boolean>;
}

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
export function createSignedPriceList({ table, environment = process.env }: SignedPriceListOptions): PriceRegister {
  const region = environment.AWS_REGION ?? 'us-east-1';
  const url = new URL(environment.AWS_ENDPOINT_URL_DYNAMODB ?? `https://dynamodb.${region}.amazonaws.com`);

  return {
    async setPrice(item, price) {
      const refusal = await put(item, price);
      if (refusal) throw unavailable(refusal);
    },
    async addPrice(item, price) {
      const refusal = await put(item, price, { ConditionExpression: 'attribute_not_exists(sk)' });
      if (refusal && !refusal.text.includes('ConditionalCheckFailedException')) throw unavailable(refusal);
      return !refusal;
    },
  };

  /** @returns what DynamoDB answered unless it took the price. */
  async function put(item: string, price: string, condition: object = {}) {
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
      body: JSON.stringify({ TableName: table, Item: priceRow(item, price), ...condition }),
    });
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return answer.ok ? undefined : { status: answer.status, text: await answer.text() };
  }
}

const unavailable = ({ status, text }: { readonly status: number; readonly text: string }) =>
  new DependencyError('dynamodb_unavailable', `DynamoDB answered ${status}: ${text}`);
