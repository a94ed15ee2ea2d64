import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * The client of an execution environment. The framework retries with an eye on the invocation's remaining time, so the
 * SDK itself tries once more at most, and no call may hang longer than five seconds.
 */
export function createDynamoClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}
