import { acceptedSchema, problemSchema } from '../../../lambdas/api/schemas';
import { PublishError } from '../../../lambdas/errors';
import { parseEvent } from '../../../lambdas/order/events';
import { aCall } from '../api/api-event';
import { MemoryPublisher } from '../kafka/memory-publisher';
import { headersOf } from '../kafka/records';
import { anIngest } from './an-ingest';

const ID = '0b8e7f3c-5a51-4c0f-9d0e-3f6f0d5d9a11';
const token = (sub: string, scope = 'orders/write') => ({ jwt: { claims: { sub, scope } } });
const cancel = (changes: Parameters<typeof aCall>[2] = {}, id = ID) =>
  aCall('POST /orders/{id}/cancel', { id }, changes);
const eventOf = ({ records }: MemoryPublisher) => {
  const parsed = parseEvent(String(records[0]?.value));
  return parsed.ok ? parsed.value : parsed.faults;
};

describe('POST /orders/{id}/cancel', () => {
  it('answers 202 with where the request stands, and where its outcome will be', async () => {
    const { call } = anIngest();
    const { status, headers, body } = await call(cancel({ body: '{"user":"john"}' }));
    expect(status).toBe(202);
    expect(acceptedSchema.strict().parse(body)).toEqual({
      order_id: ID,
      topic: 'order-events',
      partition: 0,
      offset: 0,
    });
    expect(headers.location).toBe(`/orders/${ID}`);
  });

  it('publishes a request of the catalogue, keyed by the order', async () => {
    const { call, publisher } = anIngest();
    await call(cancel({ body: '{"user":"john"}' }, ID.toUpperCase()));
    expect(publisher.records[0]).toMatchObject({ topic: 'order-events', key: ID });
    expect(headersOf(publisher.records[0])).toMatchObject({ ce_type: 'order.cancel_requested' });
    expect(eventOf(publisher)).toMatchObject({
      type: 'order.cancel_requested',
      order_id: ID,
      user: 'john',
      requested_by: 'john',
      operator: false,
      time: '2026-11-21T10:42:09.000Z',
    });
  });

  it("takes the token's subject for the owner when there is no body", async () => {
    const { call, publisher } = anIngest();
    expect((await call(cancel(token('john')))).status).toBe(202);
    expect(eventOf(publisher)).toMatchObject({ user: 'john', requested_by: 'john', operator: false });
  });

  it('lets who may act for others say whose order it is, and says that an operator asked', async () => {
    const { call, publisher } = anIngest();
    await call(cancel({ ...token('desk', 'orders/write orders/act-for-others'), body: '{"user":"john"}' }));
    expect(eventOf(publisher)).toMatchObject({ user: 'john', requested_by: 'desk', operator: true });
  });

  it("answers 403 to a token that names another's order", async () => {
    const { call, publisher } = anIngest();
    expect((await call(cancel({ ...token('mallory'), body: '{"user":"john"}' }))).status).toBe(403);
    expect(publisher.calls).toBe(0);
  });

  it('gives a repeat the same event id, and requests of different owners different ones', async () => {
    const { call, publisher } = anIngest();
    for (const user of ['john', 'john', 'jon']) await call(cancel({ body: JSON.stringify({ user }) }));
    const ids = publisher.records.map((record) => headersOf(record).ce_id);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it.each([
    ['neither token nor body', cancel(), 400],
    ['a path without a UUID', cancel({ body: '{"user":"john"}' }, 'latest'), 400],
    ['not JSON', cancel({ body: '{' }), 400],
    ['an array', cancel({ body: '[]' }), 422],
    ['a user that is none', cancel({ body: '{"user":7}' }), 422],
  ])('answers %s with a problem document and publishes nothing', async (_, event, expected) => {
    const { call, publisher } = anIngest();
    const { status, body } = await call(event);
    expect([status, problemSchema.parse(body).status]).toEqual([expected, expected]);
    expect(publisher.calls).toBe(0);
  });

  it('answers 503 when Kafka does not acknowledge', async () => {
    const down = new MemoryPublisher(() => {
      throw new PublishError('Kafka did not acknowledge');
    });
    const { status, headers, body } = await anIngest(down).call(cancel({ body: '{"user":"john"}' }));
    expect([status, body.order_id]).toEqual([503, ID]);
    expect(headers['retry-after']).toBe('2');
  });
});
