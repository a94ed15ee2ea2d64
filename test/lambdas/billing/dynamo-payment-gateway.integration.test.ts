import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoPaymentGateway } from '../../../lambdas/billing/dynamo-payment-gateway';
import { aDynamoClient, aTable } from '../../dynamo';

let client: DynamoDBClient;
let table: string;
beforeAll(async () => {
  client = aDynamoClient();
  table = await aTable();
});
afterAll(() => client.destroy());

const gateway = (options: { declines?: string[]; beforeAnswer?: () => void } = {}) =>
  createDynamoPaymentGateway(client, table, { ...options, declines: new Set(options.declines ?? ['dora']) });
const request = (idempotencyKey: string, user = 'john', amount = '42.5') => ({ idempotencyKey, user, amount });

test('the same key gets the same answer, whatever has changed since', async () => {
  const first = await gateway().charge(request('same'));
  expect(first).toEqual({ status: 'charged', paymentId: expect.any(String) });
  expect(await gateway({ declines: ['john'] }).charge(request('same'))).toEqual(first);

  const declined = await gateway().charge(request('no', 'dora'));
  expect(declined).toEqual({ status: 'declined', paymentId: expect.any(String), reason: 'payment_declined' });
  expect(await gateway({ declines: [] }).charge(request('no', 'dora'))).toEqual(declined);
});

test('asked twice at once it charges once', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => gateway().charge(request('twins'))));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test('a charge whose answer was lost is found when asked again', async () => {
  const losing = gateway({
    beforeAnswer: () => {
      throw new Error('killed');
    },
  });
  await expect(losing.charge(request('lost'))).rejects.toThrow('killed');
  expect(await gateway({ declines: ['john'] }).charge(request('lost'))).toMatchObject({ status: 'charged' });
});

test('another amount under a used key is refused for good', async () => {
  await gateway().charge(request('used'));
  await expect(gateway().charge(request('used', 'john', '1'))).rejects.toMatchObject({
    code: 'payment_key_reused',
    retriable: false,
  });
});

test('a refund gives back what was charged, and answers the same again', async () => {
  const { paymentId } = await gateway().charge(request('back'));
  expect(await gateway().refund({ chargeKey: 'back', reason: 'cancelled' })).toEqual({ paymentId });
  expect(await gateway().refund({ chargeKey: 'back', reason: 'other' })).toEqual({ paymentId });
});

test('a refund that comes first forbids the charge', async () => {
  expect(await gateway().refund({ chargeKey: 'never', reason: 'cancelled' })).toEqual({ paymentId: null });
  expect(await gateway().charge(request('never'))).toMatchObject({ status: 'declined', reason: 'voided' });
  expect(await gateway().refund({ chargeKey: 'never', reason: 'cancelled' })).toEqual({ paymentId: null });
});
