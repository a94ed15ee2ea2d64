import { actsFor, callerOf } from '../api/caller';
import type { Reply } from '../api/dispatch';
import type { ApiEvent } from '../api/event';
import { cancelSchema } from '../api/item-schemas';
import { encodedPath } from '../api/path-names';
import { readOrderId } from '../api/path-parameters';
import { fail } from '../api/problem';
import { readBody } from '../api/read-body';
import type { Accepted } from '../api/schemas';
import { makeEvent } from '../order/events';
import { type AcknowledgePorts, publishOne } from './acknowledge';
import { eventRecord } from './event-record';

export interface CancelPorts extends AcknowledgePorts {
  readonly orderEventsTopic: string;
  readonly now: () => Date;
}

/**
 * Asks to cancel an order. Whether it still can be is decided by the consumer of its item, and shows on its timeline; whose
 * order it is, by risk: a request that names another user is ignored there.
 */
export async function cancelOrder(event: ApiEvent, ports: CancelPorts): Promise<Reply> {
  const order_id = readOrderId(event.pathParameters);
  const caller = callerOf(event);
  const body = event.body ? readBody(event, cancelSchema) : {};
  const user = body.user ?? caller?.subject;
  if (!user) fail('missing_body', 'Say whose order it is: {"user":"john"}');
  if (!actsFor(caller, user)) {
    fail('forbidden', `The token is ${caller?.subject}'s and does not allow to cancel an order of ${user}`);
  }
  const time = ports.now().toISOString();
  const request = makeEvent(
    'order.cancel_requested',
    { time },
    { order_id, user, requested_by: caller?.subject || user, operator: caller?.mayActForOthers ?? false },
  );
  const record = eventRecord(request, ports.orderEventsTopic, order_id, event);
  const advice = 'Nobody knows whether Kafka has the request: send it again, it counts once';
  const delivery = await publishOne(record, event, ports, advice, { order_id });
  const accepted: Accepted = { order_id, ...delivery };
  return { status: 202, headers: { location: encodedPath(event.rawPath).replace(/\/cancel\/?$/, '') }, body: accepted };
}
