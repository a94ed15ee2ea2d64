import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { toAttributes } from '../kafka/dynamo/attributes';
import { createStatements, insertStatement } from '../kafka/dynamo/statements';
import type { Claims } from './claims';

/** One row an order: `pk` `order#<id>`, `sk` `claim`, `digest`; written once. */
export function createDynamoClaims(client: DynamoDBClient, table: string): Claims {
  const run = createStatements(client);
  return {
    async claim(orderId, digest) {
      const key = { pk: `order#${orderId}`, sk: 'claim' };
      if (await run(insertStatement(table, key.pk, toAttributes({ ...key, digest })))) return true;
      const { Item: owner } = await client.send(
        new GetItemCommand({ TableName: table, Key: toAttributes(key), ConsistentRead: true }),
      );
      return owner?.digest?.S === digest;
    },
  };
}
