import { readJsonBody } from '../api/body';
import { callerOf } from '../api/caller';
import type { Handle, Reply, RouteKey } from '../api/dispatch';
import type { ApiEvent } from '../api/event';
import { MAX_BATCH } from '../api/limits';
import { fail, ProblemError } from '../api/problem';
import type { Accepted, BatchResult, ItemResult } from '../api/schemas';
import { traceparentFrom } from '../kafka/cloud-events';
import type { Delivery } from '../kafka/publisher';
import { readOrderJson } from '../order/json';
import type { Order } from '../order/order';
import { notAcknowledged, publishAll } from './acknowledge';
import { type AdmissionRequest, admit, readIdempotencyKey, refuseRepeats, type Verdict } from './admission';
import type { CancelPorts } from './cancel-order';
import { placementRecord } from './placement-record';
import type { StockPorts } from './receive-stock';
import type { LimitPorts } from './set-limits';
import type { PricePorts } from './set-price';

export interface IngestPorts extends CancelPorts, StockPorts, PricePorts, LimitPorts {
  readonly ordersTopic: string;
  /** A random UUID, for an order or a receipt that comes without an id. */
  readonly newId: () => string;
}

/** Takes orders, cancels, stock, prices and limits: validates them, gives them ids, and answers once Kafka has them. */
export function createIngest(ports: IngestPorts): Record<RouteKey<'ingest'>, Handle> {
  return {
    'POST /orders': async (event) => placeOne(event, ports),
    'POST /orders/batch': async (event) => placeBatch(event, ports),
    // Loaded when first called: an environment that only takes orders does not pay for the catalogue of events at its start.
    'POST /orders/{id}/cancel': async (event) => (await import('./cancel-order')).cancelOrder(event, ports),
    'PUT /items/{item}': async (event) => (await import('./set-price')).setPrice(event, ports),
    'PATCH /limits': async (event) => (await import('./set-limits')).setLimits('everybody', event, ports),
    'PATCH /limits/users/{user}': async (event) => (await import('./set-limits')).setLimits('user', event, ports),
    'PATCH /limits/items/{item}': async (event) => (await import('./set-limits')).setLimits('item', event, ports),
    'POST /items/{item}/stock': async (event) => (await import('./receive-stock')).receiveStock(event, ports),
  };
}

async function placeOne(event: ApiEvent, ports: IngestPorts): Promise<Reply> {
  const request = readRequest(event, ports);
  const verdict = admit(request.json, request);
  if (!verdict.ok) throw new ProblemError(verdict.problem);
  const { order } = verdict;
  const deliveries = await publish([order], event, request.time, ports);
  const [delivery] = deliveries ?? [];
  if (!delivery) {
    throw notAcknowledged(
      'Nobody knows whether Kafka has the order: ask for it by order_id, or send it again with that order_id',
      { order_id: order.order_id },
    );
  }
  const accepted: Accepted = { order_id: order.order_id, ...delivery };
  return {
    status: 202,
    headers: { location: `${event.rawPath.replace(/\/$/, '')}/${order.order_id}` },
    body: accepted,
  };
}

async function placeBatch(event: ApiEvent, ports: IngestPorts): Promise<Reply> {
  const request = readRequest(event, ports);
  const { json } = request;
  if (!Array.isArray(json)) fail('invalid_batch', 'A batch is a JSON array of orders');
  if (json.length === 0) fail('invalid_batch', 'The batch has no orders');
  if (json.length > MAX_BATCH) fail('invalid_batch', `A batch has at most ${MAX_BATCH} orders, not ${json.length}`);

  const verdicts = refuseRepeats(json.map((item, index) => admit(item, request, index)));
  const orders = verdicts.flatMap((verdict) => (verdict.ok ? [verdict.order] : []));
  if (orders.length === 0)
    fail('invalid_batch', 'No order of the batch is valid', { ...summary(resultsOf(verdicts, []), ports) });

  const deliveries = await publish(orders, event, request.time, ports);
  const body = summary(resultsOf(verdicts, deliveries), ports);
  if (!deliveries) {
    throw notAcknowledged(
      'Nobody knows which orders Kafka has: send those with status unknown again, by order_id',
      body,
    );
  }
  return { status: 202, body };
}

interface IngestRequest extends AdmissionRequest {
  readonly json: unknown;
}

function readRequest(event: ApiEvent, ports: IngestPorts): IngestRequest {
  const idempotencyKey = readIdempotencyKey(event.headers['idempotency-key']);
  const json = readOrderJson(readJsonBody(event));
  if (!json.ok) fail('malformed_body', `The body ${json.fault}`);
  return {
    json: json.value,
    caller: callerOf(event),
    idempotencyKey,
    time: ports.now().toISOString(),
    newId: ports.newId,
  };
}

/** One send for all of them; undefined when nobody knows what became of it. */
function publish(orders: readonly Order[], event: ApiEvent, time: string, ports: IngestPorts) {
  const traceparent = traceparentFrom(event.headers.traceparent);
  const records = orders.map((order) => placementRecord(order, { topic: ports.ordersTopic, time, traceparent }));
  return publishAll(records, event, ports);
}

/** Deliveries stand in the order of the valid orders. */
function resultsOf(verdicts: readonly Verdict[], deliveries: readonly Delivery[] | undefined): ItemResult[] {
  let next = 0;
  return verdicts.map((verdict) => {
    if (!verdict.ok) return { status: 'invalid', problem: verdict.problem };
    const { order_id } = verdict.order;
    const delivery = deliveries?.[next++];
    if (!delivery) return { status: 'unknown', order_id };
    return { status: 'accepted', order_id, partition: delivery.partition, offset: delivery.offset };
  });
}

function summary(items: ItemResult[], { ordersTopic }: IngestPorts): BatchResult {
  const count = (status: ItemResult['status']) => items.filter((item) => item.status === status).length;
  return {
    topic: ordersTopic,
    accepted: count('accepted'),
    invalid: count('invalid'),
    unknown: count('unknown'),
    items,
  };
}
