import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { toAttributes } from '../kafka/dynamo/attributes';
import type { Claims } from './claims';

/** One row an order: `pk` `order#<id>`, `sk` `claim`, `digest`. Claimed again by the same body it stays as it is. */
export function createDynamoClaims(client: DynamoDBClient, table: string): Claims {
  return {
    async claim(orderId, digest) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: toAttributes({ pk: `order#${orderId}`, sk: 'claim', digest }),
            ConditionExpression: 'attribute_not_exists(pk) OR digest = :digest',
            ExpressionAttributeValues: toAttributes({ ':digest': digest }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
