import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { toAttributes } from '../dynamo/attributes';
import { batchGet, batchPut } from '../dynamo/batches';
import type { Row, RowStore } from './write-rows';

/**
 * Rows in a DynamoDB table whose key is one partition and one sort attribute.
 *
 * A row that must not move when its event is published twice is looked up first; two environments that hold two copies of
 * one event at the same moment may then each write their own copy's place, which only concerns the order of a list.
 */
export function createDynamoRowStore(
  client: DynamoDBClient,
  table: string,
  key: readonly [partition: string, sort: string],
): RowStore {
  const keyOf = (row: Row) => Object.fromEntries(key.map((name) => [name, toAttributes(row.item)[name]])) as Key;
  const identity = (item: Record<string, AttributeValue>) => key.map((name) => item[name]?.S).join('\u0000');

  return {
    async put(rows) {
      const first = new Map<string, Row>();
      for (const row of rows) {
        const id = identity(keyOf(row));
        if (!first.has(id)) first.set(id, row);
      }
      const guarded = [...first.values()].filter((row) => row.firstWins);
      const present = await batchGet(client, table, guarded.map(keyOf), { projection: key });
      for (const item of present) first.delete(identity(item));
      await batchPut(
        client,
        table,
        [...first.values()].map((row) => toAttributes(row.item)),
      );
    },
  };
}

type Key = Record<string, AttributeValue>;
