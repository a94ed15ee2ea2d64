import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { abortIn, timerMs } from '../../shared/time';
import { DependencyError, FatalRecordError } from '../errors';
import type { Charge, PaymentGateway } from './payment-gateway';

export interface HttpGatewayOptions {
  /** Where the provider's API begins: `https://pay.example.com/v1`. */
  readonly url: string;
  /** The bearer token; asked again with `fresh` when the provider refuses the one before. */
  readonly secret: (fresh: boolean) => Promise<string>;
  /** Ends a call with the invocation that it belongs to. */
  readonly signal?: () => AbortSignal | undefined;
  /** Milliseconds a call may take. @default 10_000 */
  readonly timeoutMs?: number;
  /** Milliseconds before a pending payment is asked after, each time twice as many. @default 200 */
  readonly pollMs?: number;
}

/** A pending payment is asked after so many times in an invocation; then its record waits for redelivery. */
const POLLS = 5;

const answerSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('charged'), payment_id: z.string().min(1).max(128) }),
  z.object({
    status: z.literal('declined'),
    payment_id: z.string().min(1).max(128),
    reason: z.string().min(1).max(128).default('payment_declined'),
  }),
  z.object({ status: z.literal('pending'), payment_id: z.string().optional() }),
]);
const refundSchema = z.object({ payment_id: z.string().min(1).max(128).nullable() });

/**
 * A payment provider behind HTTP, as docs/payments.md describes its three calls. Each carries the order's key, so that a call whose
 * answer was lost, late or given twice is simply made again: the provider answers the same to the same key.
 *
 * | answer | is taken for |
 * |---|---|
 * | 2xx | what it says; `pending` is asked after, then left for redelivery |
 * | 402 | declined |
 * | 400, 422 | a request that can never succeed: a dead letter |
 * | 401, 403 | another token is fetched once; then the provider's trouble, or ours |
 * | 409, 429, 5xx, no JSON, no answer in time | unknown: asked again with the same key |
 *
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export function createHttpPaymentGateway(options: HttpGatewayOptions): PaymentGateway {
  const { pollMs = 200 } = options;
  const base = options.url.replace(/\/$/, '');
  return {
    async charge({ idempotencyKey, user, amount }) {
      const request = { method: 'POST', key: idempotencyKey, body: { key: idempotencyKey, user, amount } };
      let answer = parse(answerSchema, await call(options, `${base}/charges`, request));
      for (let poll = 0; answer.status === 'pending' && poll < POLLS; poll++) {
        await sleep(timerMs(pollMs * 2 ** poll), undefined, { signal: options.signal?.() });
        answer = parse(
          answerSchema,
          await call(options, `${base}/charges/${encodeURIComponent(idempotencyKey)}`, { method: 'GET' }),
        );
      }
      if (answer.status === 'pending') throw unknown(`The payment ${idempotencyKey} is still pending`);
      return chargeOf(answer);
    },

    async refund({ chargeKey, reason }) {
      const request = { method: 'POST', key: `refund-${chargeKey}`, body: { charge: chargeKey, reason } };
      const { payment_id } = parse(refundSchema, await call(options, `${base}/refunds`, request));
      return { paymentId: payment_id };
    },
  };
}

const chargeOf = (answer: Exclude<z.infer<typeof answerSchema>, { status: 'pending' }>): Charge =>
  answer.status === 'charged'
    ? { status: 'charged', paymentId: answer.payment_id }
    : { status: 'declined', paymentId: answer.payment_id, reason: answer.reason };

interface Request {
  readonly method: string;
  readonly key?: string;
  readonly body?: object;
}

/** @returns the answer's body, parsed */
async function call(options: HttpGatewayOptions, url: string, request: Request): Promise<unknown> {
  let response = await send(options, url, request, false);
  if (response.status === 401 || response.status === 403) response = await send(options, url, request, true);
  const text = await response.text();
  if (response.ok) return json(text);
  const said = `${request.method} ${new URL(url).pathname}: ${response.status} ${text.slice(0, 200)}`;
  if (response.status === 402) return { status: 'declined', ...(json(text) as object) };
  if (response.status === 400 || response.status === 422) throw new FatalRecordError('payment_refused', said);
  throw unknown(said);
}

async function send(
  { secret, signal, timeoutMs = 10_000 }: HttpGatewayOptions,
  url: string,
  { method, key, body }: Request,
  fresh: boolean,
): Promise<Response> {
  const invocation = signal?.();
  const timeout = abortIn(timeoutMs);
  return fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${await secret(fresh)}`,
      accept: 'application/json',
      ...(key && { 'idempotency-key': key }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    // An answer from elsewhere is no answer of the provider's, and the token is not for others.
    redirect: 'error',
    signal: invocation ? AbortSignal.any([invocation, timeout]) : timeout,
  });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unknown(`The payment provider answered no JSON: ${text.slice(0, 200)}`);
  }
}

function parse<T extends z.ZodType>(schema: T, answer: unknown): z.infer<T> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw unknown(
    `The payment provider's answer is not as agreed: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join(', ')}`,
  );
}

const unknown = (message: string) => new DependencyError('payment_unknown', message);
