import { healthSchema, orderListSchema, orderViewSchema } from '../../../lambdas/api/schemas';
import { writeCursor } from '../../../lambdas/query/parameters';
import { apiEvent } from '../api/api-event';
import { aQuery } from './a-query';
import { MemoryOrderReader } from './memory-order-reader';

const ID = '0b8e7f3c-5a51-4c0f-9d0e-3f6f0d5d9a11';
const order = { order_id: ID, user: 'john', item: 'burger', quantity: 5 };
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const waiting = (wait: string) => apiEvent('get-order-wait', { queryStringParameters: { wait } });
const listing = (parameters: Record<string, string>) => apiEvent('list-orders', { queryStringParameters: parameters });
const as = (sub: string, scope = 'orders/read') => ({ jwt: { claims: { sub, scope } } });

describe('GET /orders/{id}', () => {
  it('answers the order, its status and its timeline', async () => {
    const { call, reader } = aQuery();
    reader.place(order, '2026-11-21T10:00:00.000Z', [
      { type: 'order.approved', data: { user: 'john' } },
      { type: 'order.filled', data: { remaining: 2 } },
    ]);
    const { status, body } = await call(apiEvent('get-order'));
    expect(status).toBe(200);
    expect(orderViewSchema.strict().parse(body)).toMatchObject({ order_id: ID, status: 'partially_filled', order });
    expect(body.timeline.map(({ type }: { type: string }) => type)).toEqual([
      'order.placed',
      'order.approved',
      'order.filled',
    ]);
  });

  it('says a reason in words, and a code of somebody else alone', async () => {
    const { call, reader } = aQuery();
    reader.place(order, '2026-11-21T10:00:00.000Z', [
      { type: 'order.rejected', data: { reason: 'no_price' } },
      { type: 'order.declined', data: { reason: 'card_expired' } },
    ]);
    const { body } = await call(apiEvent('get-order'));
    expect(orderViewSchema.strict().parse(body)).toEqual(body);
    expect(body.timeline.map((event: { reason_text?: string }) => event.reason_text)).toEqual([
      undefined,
      expect.stringMatching(/^this item has no list price/),
      undefined,
    ]);
  });

  it('takes the id in capitals', async () => {
    const { call, reader } = aQuery();
    reader.place(order, '2026-11-21T10:00:00.000Z');
    const { status } = await call(apiEvent('get-order', { pathParameters: { id: ID.toUpperCase() } }));
    expect(status).toBe(200);
  });

  it('answers 404 with Retry-After at once while the order is not tracked', async () => {
    const { call, slept } = aQuery();
    const { status, headers, body } = await call(apiEvent('get-order'));
    expect(status).toBe(404);
    expect(headers['retry-after']).toBe('1');
    expect(body.type).toBe('urn:problem-type:orderflow:not-tracked');
    expect(slept).toEqual([]);
  });

  it('waits until the order is tracked when asked to, less and less often', async () => {
    const reader = new MemoryOrderReader(4);
    reader.place(order, '2026-11-21T10:00:00.000Z');
    const { call, slept } = aQuery(reader);
    const { status } = await call(apiEvent('get-order-wait'));
    expect(status).toBe(200);
    expect(slept).toHaveLength(3);
    expect(slept).toEqual([...slept].sort((one, other) => one - other));
  });

  it('answers at once, with Retry-After, when there is no place to wait, and needs none for what is there', async () => {
    const { call, reader, slept } = aQuery(undefined, {}, 0);
    const { status, headers } = await call(waiting('10'));
    expect([status, headers['retry-after'], slept]).toEqual([404, '1', []]);
    reader.place(order, '2026-11-21T10:00:00.000Z');
    expect((await call(waiting('10'))).status).toBe(200);
  });

  it('gives its place back, whether the order came, the time was up, or the reading failed', async () => {
    const came = new MemoryOrderReader(3);
    came.place(order, '2026-11-21T10:00:00.000Z');
    const failing = new MemoryOrderReader();
    failing.timeline = async () => {
      if (failing.reads++ > 0) throw new Error('DynamoDB is away');
      return [];
    };
    for (const [reader, expected] of [
      [came, 200],
      [new MemoryOrderReader(), 404],
      [failing, 500],
    ] as const) {
      const { call, freePlaces } = aQuery(reader);
      expect([(await call(waiting('1'))).status, freePlaces()]).toEqual([expected, 1]);
    }
  });

  it('gives up after the time it was asked to wait, and no later', async () => {
    const { call, slept } = aQuery();
    const { status } = await call(waiting('1.5'));
    expect(status).toBe(404);
    expect(slept.reduce((sum, pause) => sum + pause, 0)).toBe(1_500);
  });

  it.each(['-1', '11', '10.1', 'abc', '', '1e2', '+1', '01', ' 1', 'Infinity'])(
    'answers 400 to ?wait=%s',
    async (wait) => {
      const { status, headers } = await aQuery().call(waiting(wait));
      expect(status).toBe(400);
      expect(headers['content-type']).toBe('application/problem+json');
    },
  );

  it('answers 400 to a path that names no UUID', async () => {
    const { status } = await aQuery().call(apiEvent('get-order', { pathParameters: { id: 'latest' } }));
    expect(status).toBe(400);
  });

  it('shows the order to its user and to who may act for others, to nobody else', async () => {
    const { call, reader } = aQuery();
    reader.place(order, '2026-11-21T10:00:00.000Z');
    const statuses = await Promise.all(
      [as('john'), as('mary'), as('desk', 'orders/read orders/act-for-others')].map(async (token) => {
        const { status } = await call(apiEvent('get-order', token));
        return status;
      }),
    );
    expect(statuses).toEqual([200, 404, 200]);
  });

  it('does not show an order to the sender of a second body under its id', async () => {
    const { call, reader } = aQuery();
    reader.place(order, '2026-11-21T10:00:00.000Z');
    reader.place({ ...order, user: 'mallory' }, '2026-11-21T10:00:01.000Z');
    expect((await call(apiEvent('get-order', as('mallory')))).status).toBe(404);
    const list = await call(apiEvent('list-orders', { ...as('mallory'), queryStringParameters: { user: 'mallory' } }));
    expect(list.body.orders).toEqual([]);
  });

  it("takes the content from risk's word once there is one, its price among it", async () => {
    const { call, reader } = aQuery();
    const approved = { user: 'john', item: 'burger', quantity: 5, price: '4.5', version: 1 };
    reader.place(order, '2026-11-21T10:00:00.000Z', [{ type: 'order.approved', data: approved }]);
    reader.place({ ...order, user: 'mallory' }, '2026-11-21T09:00:00.000Z');
    const { body } = await call(apiEvent('get-order'));
    expect(body.order).toEqual({ ...order, price: '4.5' });
  });

  it('shows events without a content to programs only, since nobody knows whose they are', async () => {
    const { call, reader } = aQuery();
    reader.timelines.set(ID, [
      { event_id: 'e', type: 'order.cancel_requested', time: 't', data: { user: 'mallory', requested_by: 'mallory' } },
    ]);
    expect((await call(apiEvent('get-order', as('mallory')))).status).toBe(404);
    expect((await call(apiEvent('get-order', as('desk', 'orders/act-for-others')))).status).toBe(200);
  });

  it('answers what is known when the placement has not come yet', async () => {
    const { call, reader } = aQuery();
    reader.timelines.set(ID, [{ event_id: 'e', type: 'order.approved', time: 't', data: { user: 'john' } }]);
    const { body } = await call(apiEvent('get-order'));
    expect(body).toMatchObject({ status: 'approved', order: null });
  });
});

describe('GET /orders', () => {
  it('lists newest first, a page at a time, until there is no cursor', async () => {
    const { call, reader } = aQuery();
    for (let n = 1; n <= 5; n++) reader.place({ ...order, order_id: idOf(n) }, `2026-11-21T10:00:0${n}.000Z`);
    reader.place({ ...order, order_id: idOf(9), user: 'mary' }, '2026-11-21T10:00:09.000Z');
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const { status, body } = await call(listing({ user: 'john', limit: '2', ...(cursor && { cursor }) }));
      expect(status).toBe(200);
      const list = orderListSchema.strict().parse(body);
      pages.push(list.orders.map(({ order_id }) => order_id));
      cursor = list.next_cursor;
    } while (cursor);
    expect(pages).toEqual([[idOf(5), idOf(4)], [idOf(3), idOf(2)], [idOf(1)]]);
  });

  it('says status and content of each', async () => {
    const { call, reader } = aQuery();
    reader.place(order, '2026-11-21T10:00:00.000Z', [{ type: 'order.completed' }]);
    const { body } = await call(apiEvent('list-orders'));
    expect(body.orders).toEqual([{ order_id: ID, status: 'completed', order }]);
  });

  it.each([
    {},
    { user: '' },
    { user: 'x'.repeat(129) },
    { user: 'john', cursor: writeCursor({ order_id: ID, sk: 's'.repeat(2_000), listed_at: 'l' }) },
    { user: 'john', limit: '0' },
    { user: 'john', limit: '101' },
    { user: 'john', limit: 'x' },
    { user: 'john', cursor: '' },
    { user: 'john', cursor: 'eyJhIjoxfQ' },
  ])('answers 400 to %j', async (parameters) => {
    const { status } = await aQuery().call(listing(parameters as Record<string, string>));
    expect(status).toBe(400);
  });

  it("answers 403 to a token that asks for another user's orders", async () => {
    const { status } = await aQuery().call(apiEvent('list-orders', as('mary')));
    expect(status).toBe(403);
  });
});

describe('the open routes', () => {
  it('answers that it is well', async () => {
    const { status, body } = await aQuery().call(apiEvent('get-health'));
    expect([status, healthSchema.parse(body)]).toEqual([200, { status: 'ok' }]);
  });

  it('hands the OpenAPI document over as it is', async () => {
    const { headers, body } = await aQuery().call(apiEvent('get-openapi'));
    expect([headers['content-type'], body]).toEqual(['application/json', { openapi: '3.1.0' }]);
  });
});
