import { actsFor, type Caller } from '../api/caller';
import { fail, problem } from '../api/problem';
import type { Problem } from '../api/schemas';
import { orderIdFromKey } from '../order/ids';
import { checkPlacement, type Fault, faultsText, type Order, type Placement } from '../order/order';

export type Verdict = { readonly ok: true; readonly order: Order } | { readonly ok: false; readonly problem: Problem };

export interface AdmissionRequest {
  readonly caller: Caller | undefined;
  readonly idempotencyKey: string | undefined;
  /** When the request came, ISO 8601. */
  readonly time: string;
  readonly newId: () => string;
}

/**
 * Whether a value is an order that this caller may place, and which: with its id, and with the time it was placed.
 *
 * With an Idempotency-Key the id follows from user, key and place in the batch, so the repeat of a request is the same
 * order without a look-up; a different body under a used key ends as a conflict of that order.
 */
export function admit(value: unknown, request: AdmissionRequest, index?: number): Verdict {
  const parsed = checkPlacement(value);
  if (!parsed.ok) return refuse(parsed.faults);
  const placement = parsed.value;
  if (!actsFor(request.caller, placement.user)) {
    const detail = `The token is ${request.caller?.subject}'s and does not allow to order for ${placement.user}`;
    return { ok: false, problem: problem('forbidden', detail) };
  }
  if (request.idempotencyKey !== undefined && placement.order_id !== undefined) {
    return refuse([{ pointer: '#/order_id', detail: 'must be absent when there is an Idempotency-Key' }]);
  }
  const order_id = placement.order_id ?? newOrderId(placement, request, index);
  return { ok: true, order: { ...placement, order_id, placed_at: placement.placed_at ?? request.time } };
}

function newOrderId({ user }: Placement, { idempotencyKey, newId }: AdmissionRequest, index?: number): string {
  return idempotencyKey === undefined ? newId() : orderIdFromKey(user, idempotencyKey, index);
}

/** The second of two orders with one id is a slip of the sender: whichever came first in Kafka would win. */
export function refuseRepeats(verdicts: readonly Verdict[]): Verdict[] {
  const first = new Map<string, number>();
  return verdicts.map((verdict, index) => {
    if (!verdict.ok) return verdict;
    const earlier = first.get(verdict.order.order_id);
    if (earlier !== undefined) {
      return refuse([{ pointer: '#/order_id', detail: `is also the id of item ${earlier} of this batch` }]);
    }
    first.set(verdict.order.order_id, index);
    return verdict;
  });
}

/** Printable ASCII, as any proxy lets through. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** @throws ProblemError 400 when the header is there and is no key. */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header !== undefined && !KEY.test(header)) {
    fail('invalid_parameter', 'Idempotency-Key must have 1 to 255 printable ASCII characters without spaces');
  }
  return header;
}

const refuse = (errors: readonly Fault[]): Verdict => ({
  ok: false,
  problem: problem('invalid_order', faultsText(errors), { errors }),
});
