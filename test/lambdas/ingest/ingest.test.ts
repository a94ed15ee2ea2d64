import { MAX_BATCH } from '../../../lambdas/api/limits';
import { acceptedSchema, batchResultSchema, problemSchema } from '../../../lambdas/api/schemas';
import { FatalRecordError, PublishError } from '../../../lambdas/errors';
import { orderIdFromKey, placementEventId } from '../../../lambdas/order/ids';
import { parseOrder } from '../../../lambdas/order/order';
import { apiEvent, withBody } from '../api/api-event';
import { MemoryPublisher } from '../kafka/memory-publisher';
import { headersOf } from '../kafka/records';
import { anIngest } from './an-ingest';

const ID = '0b8e7f3c-5a51-4c0f-9d0e-3f6f0d5d9a11';
const JOHN = { user: 'john', item: 'burger', quantity: 5 };

const down = () =>
  new MemoryPublisher(() => {
    throw new PublishError('Kafka did not acknowledge');
  });
const place = (fields: object) => withBody('post-order', JSON.stringify(fields));
const batch = (items: unknown) => withBody('post-batch', JSON.stringify(items));
const valuesOf = ({ records }: MemoryPublisher) => records.map(({ value }) => JSON.parse(String(value)));

describe('POST /orders', () => {
  it('answers 202 with where the order stands in Kafka, and where its status will be', async () => {
    const { call } = anIngest();
    const { status, headers, body } = await call(apiEvent('post-order'));
    expect(status).toBe(202);
    expect(acceptedSchema.strict().parse(body)).toEqual({
      order_id: '00000000-0000-4000-8000-000000000001',
      topic: 'orders',
      partition: 0,
      offset: 0,
    });
    expect(headers.location).toBe('/orders/00000000-0000-4000-8000-000000000001');
  });

  it('writes a record that any consumer reads as the order, keyed by its id', async () => {
    const { call, publisher } = anIngest();
    const { body } = await call(apiEvent('post-order'));
    const [record] = publisher.records;
    expect(record).toMatchObject({ topic: 'orders', key: body.order_id });
    expect(parseOrder(String(record?.value))).toEqual({
      ok: true,
      value: { order_id: body.order_id, ...JOHN, placed_at: '2026-11-21T10:42:09.000Z' },
    });
  });

  it('describes the record as a CloudEvent whose id follows from the order id', async () => {
    const { call, publisher } = anIngest();
    await call(place({ ...JOHN, order_id: ID }));
    expect(headersOf(publisher.records[0])).toEqual({
      ce_specversion: '1.0',
      ce_id: placementEventId(ID),
      ce_type: 'order.placed',
      ce_source: '/orderflow/ingest',
      ce_time: '2026-11-21T10:42:09.000Z',
      'content-type': 'application/json',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
  });

  it("passes the caller's trace context on", async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { call, publisher } = anIngest();
    await call(apiEvent('post-order', { headers: { traceparent } }));
    expect(headersOf(publisher.records[0]).traceparent).toBe(traceparent);
  });

  it("keeps the sender's order_id and placed_at", async () => {
    const placed_at = '2026-11-20T08:00:00+01:00';
    const { call, publisher } = anIngest();
    await call(place({ ...JOHN, order_id: ID.toUpperCase(), placed_at }));
    expect(valuesOf(publisher)).toEqual([{ order_id: ID, ...JOHN, placed_at }]);
  });

  it('names the path it was called by in Location, stage included', async () => {
    const { call } = anIngest();
    const { headers } = await call({ ...place({ ...JOHN, order_id: ID }), rawPath: '/prod/orders' });
    expect(headers.location).toBe(`/prod/orders/${ID}`);
  });

  it.each([
    ['no body', apiEvent('post-order-no-body'), 400],
    ['an empty body', withBody('post-order', ''), 400],
    ['not JSON', withBody('post-order', '{"user":'), 400],
    ['bytes that are not UTF-8', apiEvent('post-order-not-utf8'), 400],
    ['another content type', apiEvent('post-order', { headers: { 'content-type': 'text/plain' } }), 415],
    ['a body of 2 MB', withBody('post-order', JSON.stringify({ ...JOHN, note: 'x'.repeat(2_000_000) })), 413],
    ['an array', place([JOHN]), 422],
    ['a missing field', place({ user: 'john', quantity: 5 }), 422],
    ['a wrong type', place({ ...JOHN, quantity: '5' }), 422],
    ['quantity 0', place({ ...JOHN, quantity: 0 }), 422],
    ['quantity -1', place({ ...JOHN, quantity: -1 }), 422],
    ['quantity 1.5', place({ ...JOHN, quantity: 1.5 }), 422],
    ['quantity 1e400', withBody('post-order', '{"user":"john","item":"burger","quantity":1e400}'), 422],
    ['a price of "abc"', place({ ...JOHN, price: 'abc' }), 422],
    ['a name of 200 characters', place({ ...JOHN, user: 'x'.repeat(200) }), 422],
    ['a side without a price', place({ ...JOHN, side: 'BUY' }), 422],
    ['an Idempotency-Key of spaces', apiEvent('post-order', { headers: { 'idempotency-key': ' ' } }), 400],
  ])('answers %s with a problem document and publishes nothing', async (_, event, expected) => {
    const { call, publisher } = anIngest();
    const { status, headers, body } = await call(event);
    expect(status).toBe(expected);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(problemSchema.parse(body).status).toBe(expected);
    expect(publisher.calls).toBe(0);
  });

  it('says what is wrong, and where', async () => {
    const { body } = await anIngest().call(place({ ...JOHN, quantity: 0, user: undefined }));
    expect(body).toMatchObject({
      type: 'urn:problem-type:orderflow:invalid-order',
      errors: [
        { pointer: '#/user', detail: 'is missing' },
        { pointer: '#/quantity', detail: 'must be a whole number from 1 to 1000000000' },
      ],
    });
  });

  it('lets __proto__ change nothing', async () => {
    const { call, publisher } = anIngest();
    const { status } = await call(
      withBody('post-order', '{"__proto__":{"quantity":9},"user":"john","item":"burger","quantity":5}'),
    );
    expect(status).toBe(202);
    expect(valuesOf(publisher)).toEqual([expect.objectContaining(JOHN)]);
    expect(({} as { quantity?: number }).quantity).toBeUndefined();
  });

  it('answers 503 with Retry-After and the order_id when Kafka does not acknowledge', async () => {
    const { call, log } = anIngest(down());
    const { status, headers, body } = await call(place({ ...JOHN, order_id: ID }));
    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': expect.any(String) });
    expect(body).toMatchObject({ type: 'urn:problem-type:orderflow:not-acknowledged', order_id: ID });
    expect(log.error).toHaveBeenCalledTimes(1);
  });

  it('answers 500 when the fault is ours', async () => {
    const broken = new MemoryPublisher(() => {
      throw new FatalRecordError('record_too_large', 'too large');
    });
    const { status } = await anIngest(broken).call(place(JOHN));
    expect(status).toBe(500);
  });
});

describe('Idempotency-Key', () => {
  const keyed = (fields: object, key = 'k-1') =>
    apiEvent('post-order', { body: JSON.stringify(fields), headers: { 'idempotency-key': key } });

  it('gives the same order to the same user and key', async () => {
    const { call } = anIngest();
    const ids = await Promise.all(
      [keyed(JOHN), keyed(JOHN), keyed({ ...JOHN, user: 'mary' }), keyed(JOHN, 'k-2')].map(call),
    );
    const [first, second, mary, other] = ids.map(({ body }) => body.order_id);
    expect(first).toBe(orderIdFromKey('john', 'k-1'));
    expect(second).toBe(first);
    expect(new Set([first, mary, other]).size).toBe(3);
  });

  it('gives each place of a batch an order of its own', async () => {
    const { call } = anIngest();
    const event = apiEvent('post-batch', { body: JSON.stringify([JOHN, JOHN]), headers: { 'idempotency-key': 'k-1' } });
    const { body } = await call(event);
    expect(body.items.map((item: { order_id: string }) => item.order_id)).toEqual([
      orderIdFromKey('john', 'k-1', 0),
      orderIdFromKey('john', 'k-1', 1),
    ]);
  });

  it('refuses an order_id beside it', async () => {
    const { status, body } = await anIngest().call(keyed({ ...JOHN, order_id: ID }));
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ pointer: '#/order_id', detail: expect.stringContaining('Idempotency-Key') }]);
  });
});

describe('POST /orders/batch', () => {
  it('sends all orders at once and answers each in its place', async () => {
    const { call, publisher } = anIngest();
    const { status, body } = await call(apiEvent('post-batch'));
    expect(status).toBe(202);
    expect(publisher.calls).toBe(1);
    expect(batchResultSchema.strict().parse(body)).toMatchObject({
      topic: 'orders',
      accepted: 3,
      invalid: 0,
      unknown: 0,
    });
    expect(body.items.map((item: { order_id: string }) => item.order_id)).toEqual(
      publisher.records.map(({ key }) => key),
    );
    expect(valuesOf(publisher).map(({ price }) => price)).toEqual([undefined, '3.1', '3200']);
  });

  it('does not let a bad item sink the others', async () => {
    const { call, publisher } = anIngest();
    const { status, body } = await call(batch([JOHN, { ...JOHN, quantity: 0 }, 'order', { ...JOHN, user: 'mary' }]));
    expect(status).toBe(202);
    expect(batchResultSchema.parse(body)).toMatchObject({
      accepted: 2,
      invalid: 2,
      items: [
        { status: 'accepted', offset: 0 },
        { status: 'invalid', problem: { status: 422, errors: [{ pointer: '#/quantity' }] } },
        { status: 'invalid', problem: { status: 422, errors: [{ pointer: '#' }] } },
        { status: 'accepted', offset: 1 },
      ],
    });
    expect(valuesOf(publisher).map(({ user }) => user)).toEqual(['john', 'mary']);
  });

  it('takes the first of two orders with one id', async () => {
    const { call, publisher } = anIngest();
    const { body } = await call(
      batch([JOHN, { ...JOHN, order_id: ID }, { ...JOHN, order_id: ID.toUpperCase(), quantity: 6 }]),
    );
    expect(body.items[2]).toMatchObject({
      status: 'invalid',
      problem: { errors: [{ pointer: '#/order_id', detail: 'is also the id of item 1 of this batch' }] },
    });
    expect(publisher.records).toHaveLength(2);
  });

  it.each([
    ['an object', batch(JOHN)],
    ['an empty array', batch([])],
    ['more than 1,000 orders', batch(Array.from({ length: MAX_BATCH + 1 }, () => JOHN))],
    ['no valid order', batch([{}, null])],
  ])('answers 422 to %s', async (_, event) => {
    const { call, publisher } = anIngest();
    const { status, headers } = await call(event);
    expect(status).toBe(422);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(publisher.calls).toBe(0);
  });

  it('takes 1,000 orders', async () => {
    const { body } = await anIngest().call(batch(Array.from({ length: MAX_BATCH }, () => JOHN)));
    expect(body.accepted).toBe(MAX_BATCH);
  });

  it('answers 503 when Kafka does not acknowledge, and says of each item what is known', async () => {
    const { status, headers, body } = await anIngest(down()).call(batch([JOHN, {}, { ...JOHN, order_id: ID }]));
    expect(status).toBe(503);
    expect(headers['retry-after']).toBeDefined();
    expect(batchResultSchema.parse(body)).toMatchObject({
      accepted: 0,
      invalid: 1,
      unknown: 2,
      items: [
        { status: 'unknown', order_id: expect.any(String) },
        { status: 'invalid' },
        { status: 'unknown', order_id: ID },
      ],
    });
  });
});

describe('with a token', () => {
  it("places its subject's orders", async () => {
    const { status } = await anIngest().call(apiEvent('post-order-jwt'));
    expect(status).toBe(202);
  });

  it("answers 403 to another user's order", async () => {
    const { call, publisher } = anIngest();
    const { status, body } = await call({
      ...apiEvent('post-order-jwt'),
      body: JSON.stringify({ ...JOHN, user: 'mary' }),
    });
    expect(status).toBe(403);
    expect(problemSchema.parse(body).detail).toContain('mary');
    expect(publisher.calls).toBe(0);
  });

  it('places orders for others with the scope for it', async () => {
    const jwt = { claims: { sub: 'desk', scope: 'orders/write orders/act-for-others' } };
    const { status } = await anIngest().call(apiEvent('post-order', { jwt }));
    expect(status).toBe(202);
  });

  it("refuses another user's order in a batch and takes the rest", async () => {
    const jwt = { claims: { sub: 'john', scope: 'orders/write' } };
    const { body } = await anIngest().call(apiEvent('post-batch', { jwt }));
    expect(body.items).toMatchObject([
      { status: 'accepted' },
      { status: 'invalid', problem: { status: 403 } },
      { status: 'invalid', problem: { status: 403 } },
    ]);
  });
});
