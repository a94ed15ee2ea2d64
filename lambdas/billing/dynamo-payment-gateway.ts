import { type AttributeValue, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { FatalRecordError } from '../errors';
import { toAttributes } from '../kafka/dynamo/attributes';
import { createStatements, insertStatement } from '../kafka/dynamo/statements';
import { eventId } from '../order/events';
import type { Charge, PaymentGateway } from './payment-gateway';

export interface OfflineGatewayOptions {
  /** Whose payments are declined. */
  readonly declines: ReadonlySet<string>;
  /** Runs between the record and the answer; throws to lose the answer. */
  readonly beforeAnswer?: () => void;
}

/**
 * A payment provider for places without one: keeps its own record of what it was asked, one row a key, so that it answers
 * the same to the same key whatever crashed in between.
 *
 * Row: `pk` the key, `sk` `charge`, `payment_status` charged, declined or voided, `payment_id`, `payer`, `amount`,
 * `refunded` the reason of the refund.
 */
export function createDynamoPaymentGateway(
  client: DynamoDBClient,
  table: string,
  { declines, beforeAnswer = () => {} }: OfflineGatewayOptions,
): PaymentGateway {
  const run = createStatements(client);
  return {
    async charge({ idempotencyKey, user, amount }) {
      const item = toAttributes({
        ...rowKey(idempotencyKey),
        payment_id: eventId('provider', idempotencyKey),
        payment_status: declines.has(user) ? 'declined' : 'charged',
        payer: user,
        amount,
      });
      const known = await putIfAbsent(idempotencyKey, item);
      beforeAnswer();
      return answer(idempotencyKey, known ?? item, amount);
    },

    async refund({ chargeKey, reason }) {
      const { Attributes: row } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: toAttributes(rowKey(chargeKey)),
          UpdateExpression:
            'SET refunded = if_not_exists(refunded, :reason), payment_status = if_not_exists(payment_status, :voided)',
          ExpressionAttributeValues: toAttributes({ ':reason': reason, ':voided': 'voided' }),
          ReturnValues: 'ALL_NEW',
        }),
      );
      beforeAnswer();
      return { paymentId: row?.payment_status?.S === 'charged' ? (row.payment_id?.S ?? null) : null };
    },
  };

  /** @returns the row that was there before. */
  async function putIfAbsent(key: string, item: Record<string, AttributeValue>) {
    if (await run(insertStatement(table, key, item))) return undefined;
    const Key = toAttributes(rowKey(key));
    const { Item: known } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
    return known;
  }
}

const rowKey = (key: string) => ({ pk: key, sk: 'charge' });

function answer(key: string, row: Record<string, AttributeValue>, amount: string): Charge {
  const paymentId = row.payment_id?.S ?? eventId('provider', key);
  if (row.payment_status?.S === 'voided') return { status: 'declined', paymentId, reason: 'voided' };
  if (row.amount?.S !== amount) {
    throw new FatalRecordError('payment_key_reused', `${key} was asked for ${row.amount?.S} before, not ${amount}`);
  }
  if (row.payment_status?.S === 'declined') return { status: 'declined', paymentId, reason: 'payment_declined' };
  return { status: 'charged', paymentId };
}
