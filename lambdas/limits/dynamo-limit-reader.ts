import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { batchGet } from '../kafka/dynamo/batches';
import { type LimitFields, limitKey, readLimitFields } from './limit-row';

export interface LimitReader {
  /** What is said of each of the names (`everybody`, `user#john`, `item#burger`), in their order; strongly consistent. */
  limitsOf(names: readonly string[]): Promise<readonly LimitFields[]>;
}

export function createDynamoLimitReader(client: DynamoDBClient, table: string): LimitReader {
  return {
    async limitsOf(names) {
      const rows = new Map((await batchGet(client, table, names.map(limitKey))).map((row) => [row.pk?.S, row]));
      return names.map((name) => readLimitFields(rows.get(name)));
    },
  };
}
