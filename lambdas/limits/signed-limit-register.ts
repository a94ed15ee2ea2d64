import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { CredentialEnvironment } from '../aws/request-signer';
import { createSignedDynamo } from '../aws/signed-dynamo';
import {
  type LimitChanges,
  type LimitFields,
  type LimitScope,
  limitKey,
  limitName,
  limitValue,
  readLimitFields,
} from './limit-row';

/** Where limits are set. */
export interface LimitRegister {
  /** @returns all that is said of the scope now. */
  change(scope: LimitScope, changes: LimitChanges): Promise<LimitFields>;
}

/** Changes a row of limits by one signed request, so that two changes at once both count. */
export function createSignedLimitRegister(table: string, environment?: CredentialEnvironment): LimitRegister {
  const dynamo = createSignedDynamo(environment);
  return {
    async change(scope, changes) {
      const answer = await dynamo('DynamoDB_20120810.UpdateItem', {
        TableName: table,
        Key: limitKey(limitName(scope)),
        ...updateOf(changes),
        ReturnValues: 'ALL_NEW',
      });
      const { Attributes } = (answer.ok ? answer.body : {}) as { Attributes?: Record<string, AttributeValue> };
      return readLimitFields(Attributes);
    },
  };
}

function updateOf(changes: LimitChanges) {
  const given = Object.entries(changes).filter(
    (one): one is [string, string | number | boolean | null] => one[1] !== undefined,
  );
  const set = given.flatMap(([name, value]) => (value === null ? [] : [[name, limitValue(value)] as const]));
  const removed = given.flatMap(([name, value]) => (value === null ? [`#${name}`] : []));
  return {
    UpdateExpression: [
      ...(set.length > 0 ? [`SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`] : []),
      ...(removed.length > 0 ? [`REMOVE ${removed.join(', ')}`] : []),
    ].join(' '),
    ExpressionAttributeNames: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
    ...(set.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
    }),
  };
}
