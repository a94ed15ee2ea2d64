import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { callSignal } from '../call-limit';

/**
 * The client of an execution environment. The framework retries with an eye on the invocation's remaining time, so the
 * SDK itself tries once more at most, and no call may hang longer than five seconds, or than its invocation may take.
 */
export function createDynamoClient(): DynamoDBClient {
  const client = new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
  const send = client.send.bind(client) as (command: unknown, options: object) => Promise<unknown>;
  const limited = (command: unknown, options?: object) => {
    const abortSignal = callSignal();
    return send(command, { ...(abortSignal && { abortSignal }), ...options });
  };
  return Object.assign(client, { send: limited as DynamoDBClient['send'] });
}
