import * as fc from 'fast-check';
import { createHttpPaymentGateway } from '../../../lambdas/billing/http-payment-gateway';
import { DependencyError, FatalRecordError } from '../../../lambdas/errors';
import { runs } from '../../runs';
import { type Fault, PaymentProvider } from './payment-provider';

const KEY = '7c1d9f36-5c5e-5c3b-9d5e-0d9a1a3c7c11';
const charge = { idempotencyKey: KEY, user: 'john', amount: '27.5' };

let provider: PaymentProvider;
afterEach(() => provider.stop());

async function gatewayOf(options: ConstructorParameters<typeof PaymentProvider>[0] = {}, timeoutMs = 10_000) {
  provider = new PaymentProvider(options);
  const secrets = ['token-1', 'token-2'];
  const secret = jest.fn(async (fresh: boolean) => (fresh ? secrets[1] : secrets[0]) as string);
  const url = await provider.start();
  return { secret, ...createHttpPaymentGateway({ url, secret, timeoutMs, pollMs: 1 }) };
}

/** Calls again, as a redelivery would, until there is an answer. */
async function untilAnswered<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof FatalRecordError) throw error;
    }
  }
}

it('charges, and gives the same answer to the same key', async () => {
  const gateway = await gatewayOf();
  expect(await gateway.charge(charge)).toEqual({ status: 'charged', paymentId: 'pay-1' });
  expect(await gateway.charge(charge)).toEqual({ status: 'charged', paymentId: 'pay-1' });
  expect(provider.taken()).toMatchObject([{ user: 'john', amount: '27.5' }]);
});

it('tells who is declined, and why', async () => {
  const gateway = await gatewayOf({ declines: ['john'] });
  expect(await gateway.charge(charge)).toEqual({
    status: 'declined',
    paymentId: 'pay-1',
    reason: 'insufficient_funds',
  });
});

it('asks after a payment that is pending', async () => {
  const gateway = await gatewayOf({ faults: ['pending', 'pending', 'answers'] });
  expect(await gateway.charge(charge)).toEqual({ status: 'charged', paymentId: 'pay-1' });
  expect(provider.calls).toEqual(['POST /v1/charges', `GET /v1/charges/${KEY}`, `GET /v1/charges/${KEY}`]);
});

it('leaves a payment that stays pending for redelivery', async () => {
  const gateway = await gatewayOf({ faults: new Array<Fault>(20).fill('pending') });
  await expect(gateway.charge(charge)).rejects.toMatchObject({ code: 'payment_unknown', retriable: true });
  expect(provider.calls).toHaveLength(6);
});

it.each<Fault>(['loses-answer', 429, 500, 503, 'not-json', 'redirects'])(
  'does not know what came of a call when the provider %s, and charges once when it is asked again',
  async (fault) => {
    const gateway = await gatewayOf({ faults: [fault] });
    await expect(gateway.charge(charge)).rejects.not.toBeInstanceOf(FatalRecordError);
    expect(await gateway.charge(charge)).toEqual({ status: 'charged', paymentId: 'pay-1' });
    expect(provider.taken()).toHaveLength(1);
  },
);

it('waits for a late answer no longer than it may, and charges once when it is asked again', async () => {
  const gateway = await gatewayOf({ faults: ['answers-late'] }, 200);
  await expect(gateway.charge(charge)).rejects.not.toBeInstanceOf(FatalRecordError);
  expect(await gateway.charge(charge)).toEqual({ status: 'charged', paymentId: 'pay-1' });
  expect(provider.taken()).toHaveLength(1);
});

it('ends a call with the invocation that made it', async () => {
  provider = new PaymentProvider({ faults: ['answers-late'] });
  const url = await provider.start();
  const invocation = new AbortController();
  const secret = async () => {
    setImmediate(() => invocation.abort());
    return 'token-1';
  };
  const gateway = createHttpPaymentGateway({ url, secret, signal: () => invocation.signal });
  await expect(gateway.charge(charge)).rejects.toThrow(/abort/i);
});

it('gives up what the provider says can never succeed', async () => {
  const gateway = await gatewayOf();
  await expect(gateway.charge({ ...charge, amount: '0' })).rejects.toMatchObject({
    code: 'payment_refused',
    retriable: false,
  });
});

it('fetches another token when the one it has is refused, once', async () => {
  const gateway = await gatewayOf();
  provider.token = 'token-2';
  expect(await gateway.charge(charge)).toMatchObject({ status: 'charged' });
  expect(gateway.secret.mock.calls).toEqual([[false], [true]]);
  provider.token = 'token-3';
  const refused = await gateway.charge(charge).catch((error: Error) => error);
  expect(refused).toBeInstanceOf(DependencyError);
  expect(String(refused)).not.toContain('token-');
});

it('gives back once what was charged, and keeps from being charged what was not', async () => {
  const gateway = await gatewayOf();
  await gateway.charge(charge);
  expect(await gateway.refund({ chargeKey: KEY, reason: 'cancelled' })).toEqual({ paymentId: 'pay-1' });
  expect(await gateway.refund({ chargeKey: KEY, reason: 'again' })).toEqual({ paymentId: 'pay-1' });
  expect(provider.payments.get(KEY)?.refunded).toBe('cancelled');
  expect(await gateway.refund({ chargeKey: 'other', reason: 'cancelled' })).toEqual({ paymentId: null });
  expect(await gateway.charge({ ...charge, idempotencyKey: 'other' })).toMatchObject({ status: 'declined' });
  expect(provider.taken()).toEqual([]);
});

it('takes from each payer once, and tells each the same, whatever the provider does to its calls', async () => {
  const fault = fc.constantFrom<Fault>('answers', 'loses-answer', 'pending', 'not-json', 429, 500, 503);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 12 }),
      fc.array(fc.boolean(), { maxLength: 6 }),
      async (faults, refunds) => {
        const gateway = await gatewayOf({ faults });
        try {
          const keys = refunds.map((_, index) => `key-${index}`);
          for (const [index, key] of keys.entries()) {
            const request = { idempotencyKey: key, user: `user-${index}`, amount: String(index + 1) };
            const first = await untilAnswered(() => gateway.charge(request));
            expect(await untilAnswered(() => gateway.charge(request))).toEqual(first);
            if (refunds[index]) await untilAnswered(() => gateway.refund({ chargeKey: key, reason: 'cancelled' }));
          }
          const kept = keys.flatMap((_, index) => (refunds[index] ? [] : [String(index + 1)]));
          expect(provider.taken().map(({ amount }) => amount)).toEqual(kept);
        } finally {
          await provider.stop();
        }
      },
    ),
    { numRuns: runs(40) },
  );
  // For the hook, which stops the last one.
  provider = new PaymentProvider();
  await provider.start();
});
