import { noFigures } from '../../../lambdas/analytics/figures';
import { itemViewSchema, receiptSchema } from '../../../lambdas/api/item-schemas';
import { limitsViewSchema } from '../../../lambdas/api/limit-schemas';
import { problemSchema } from '../../../lambdas/api/schemas';
import { analyticsSchema, bookSchema, positionListSchema, reportSchema } from '../../../lambdas/api/view-schemas';
import type { Line } from '../../../lambdas/reporting/line';
import { statementOf } from '../../../lambdas/reporting/statement';
import { defaultTerms } from '../../../lambdas/risk/terms';
import { aCall } from '../api/api-event';
import { aQuery } from './a-query';

const as = (sub: string, scope = 'orders/read') => ({ jwt: { claims: { sub, scope } } });

describe('GET /positions/{user}', () => {
  const of = (user: string, changes: Parameters<typeof aCall>[2] = {}) =>
    aCall('GET /positions/{user}', { user }, changes);
  const aPosition = (item: string) => ({ item, revision: 1, quantity: '-5', cost: '-50', realised_profit: '0' });
  const positions = { mary: ['INFY', 'TCS', 'WIPRO'].map(aPosition) };

  it('answers a page at a time, until there is no cursor', async () => {
    const { call } = aQuery(undefined, { positions });
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const queryStringParameters = { limit: '2', ...(cursor && { cursor }) };
      const { status, body } = await call(of('mary', { queryStringParameters }));
      expect(status).toBe(200);
      const list = positionListSchema.strict().parse(body);
      pages.push(list.positions.map(({ item }) => item));
      cursor = list.next_cursor;
    } while (cursor);
    expect(pages).toEqual([['INFY', 'TCS'], ['WIPRO']]);
  });

  it('answers that who never traded holds nothing', async () => {
    const { body } = await aQuery().call(of('john'));
    expect(body).toEqual({ user: 'john', positions: [] });
  });

  it("shows a user's own to them and to who may act for others, to nobody else", async () => {
    const { call } = aQuery(undefined, { positions });
    const tokens = [as('mary'), as('john'), as('desk', 'orders/read orders/act-for-others')];
    const statuses = await Promise.all(tokens.map(async (token) => (await call(of('mary', token))).status));
    expect(statuses).toEqual([200, 403, 200]);
  });

  it.each([
    ['limit', '0'],
    ['cursor', ''],
    ['cursor', 'not base64!'],
  ])('answers 400 to ?%s=%s', async (name, value) => {
    const { status } = await aQuery().call(of('mary', { queryStringParameters: { [name]: value } }));
    expect(status).toBe(400);
  });
});

describe('GET /book/{item}', () => {
  const of = (item: string, changes: Parameters<typeof aCall>[2] = {}) => aCall('GET /book/{item}', { item }, changes);
  const level = (price: string) => ({ price, quantity: 10, orders: 2 });
  const TCS = {
    item: 'TCS',
    revision: 3,
    sequence: 1,
    volume: '100',
    last_price: '3200',
    time: '2026-11-21T10:00:00.000Z',
    bids: [level('3200'), level('3199')],
    asks: [level('3201')],
  };

  it('answers the market of an item, as many levels as asked for', async () => {
    const { call } = aQuery(undefined, { books: { TCS } });
    const { status, body } = await call(of('TCS', { queryStringParameters: { levels: '1' } }));
    expect(status).toBe(200);
    expect(bookSchema.strict().parse(body)).toEqual({ ...TCS, bids: [level('3200')] });
  });

  it('answers 404 while no order came for it', async () => {
    const { status, body } = await aQuery().call(of('TCS'));
    expect([status, problemSchema.parse(body).type]).toEqual([404, 'urn:problem-type:orderflow:not-found']);
  });

  it.each(['0', '21', 'all', '1.5'])('answers 400 to ?levels=%s', async (levels) => {
    const { status } = await aQuery().call(of('TCS', { queryStringParameters: { levels } }));
    expect(status).toBe(400);
  });
});

describe('GET /reports/{user}/{date}', () => {
  const of = (user: string, date: string, changes: Parameters<typeof aCall>[2] = {}) =>
    aCall('GET /reports/{user}/{date}', { user, date }, changes);
  const line: Line = {
    event_id: 'e1',
    type: 'order.charged',
    time: '2026-11-21T09:00:00.000Z',
    order_id: '0b8e7f3c-5a51-4c0f-9d0e-3f6f0d5d9a11',
    item: 'burger',
    quantity: 5,
    amount: '42.5',
    payment_id: 'p1',
  };
  const lines = { 'john 2026-11-21': [line], 'john 2026-11-20': [line] };

  it('answers a day with its sums, and that it is not over', async () => {
    const { status, body } = await aQuery(undefined, { lines }).call(of('john', '2026-11-21'));
    expect(status).toBe(200);
    expect(reportSchema.strict().parse(body)).toMatchObject({
      user: 'john',
      date: '2026-11-21',
      status: 'open',
      revision: 0,
      totals: { charged: '42.5', net: '42.5' },
      lines: [line],
    });
  });

  it('says which revision was issued, where it is, and whether it says all', async () => {
    const { digest } = statementOf({ user: 'john', date: '2026-11-20', timeZone: 'UTC' }, [line]);
    const status = async (issued: string) => {
      const kept = { lines, issued: { 'john 2026-11-20': { revision: 2, digest: issued } } };
      const { body } = await aQuery(undefined, kept).call(of('john', '2026-11-20'));
      expect(reportSchema.strict().parse(body)).toMatchObject({
        revision: 2,
        documents: { csv: 'statements/2026-11-20/john/0002.csv' },
      });
      return body.status;
    };
    expect([await status(digest), await status('of fewer lines')]).toEqual(['issued', 'due']);
  });

  it('answers the lines as CSV to who prefers that', async () => {
    const { answer } = aQuery(undefined, { lines });
    const { status, headers, text } = await answer(of('john', '2026-11-21', { headers: { accept: 'text/csv' } }));
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
    expect(text.split('\r\n')).toHaveLength(3);
    expect(text).toContain('order.charged');
  });

  it('answers 404 to a day of which nothing is known', async () => {
    expect((await aQuery().call(of('john', '2026-11-21'))).status).toBe(404);
  });

  it.each(['2026-02-30', 'today', '2026-1-1'])('answers 400 to the day %s', async (date) => {
    expect((await aQuery().call(of('john', date))).status).toBe(400);
  });

  it('answers 403 to a token of another user, whether there is a report or not', async () => {
    const { call } = aQuery(undefined, { lines });
    for (const date of ['2026-11-21', '2026-11-01'])
      expect((await call(of('john', date, as('mary')))).status).toBe(403);
  });
});

describe('GET /analytics', () => {
  const of = (queryStringParameters: Record<string, string> = {}) =>
    aCall('GET /analytics', {}, { queryStringParameters });

  it('sums the windows of the last hour when no range is given', async () => {
    const asked: string[][] = [];
    const { call } = aQuery(undefined, {
      async *windows(from, to) {
        asked.push([from, to]);
        yield {
          window: '2026-11-21T10:05',
          figures: { ...noFigures, approved: 2, charged: 1, charged_amount: '42.5' },
        };
        yield { window: '2026-11-21T10:05', figures: { ...noFigures, rejected: 2 } };
      },
    });
    const { status, body } = await call(of());
    expect([status, asked]).toEqual([200, [['2026-11-21T09:42', '2026-11-21T10:43']]]);
    expect(analyticsSchema.strict().parse(body)).toMatchObject({
      total: { orders: 4, approval_rate: 0.5, revenue: '42.5' },
      windows: [{ start: '2026-11-21T10:05:00Z', orders: 4 }],
    });
  });

  it.each([
    { from: 'yesterday' },
    { to: '2026-11-21' },
    { from: '2026-11-21T10:00:00' },
    { from: '2026-11-21T10:00:00Z', to: '2026-11-21T10:00:00Z' },
    { from: '2026-11-20T10:00:00Z', to: '2026-11-21T10:00:01Z' },
    { from: '2027-01-01T00:00:00Z' },
  ])('answers 400 to %j', async (parameters) => {
    const { status, body } = await aQuery().call(of(parameters as Record<string, string>));
    expect([status, problemSchema.parse(body).status]).toEqual([400, 400]);
  });

  it('answers 503 while the database is away', async () => {
    const { status } = await aQuery(undefined, {
      // biome-ignore lint/correctness/useYield: it fails before it could.
      async *windows() {
        throw new Error('connection refused');
      },
    }).call(of());
    expect(status).toBe(503);
  });
});

describe('GET /items/{item}', () => {
  const of = (item: string) => aCall('GET /items/{item}', { item });
  const stocks = { burger: { available: 7, reserved: 2, waiting: 0 } };

  it('answers what it costs and how many there are, as far as either is known', async () => {
    const { call } = aQuery(undefined, { prices: { burger: '5.5', soup: '4' }, stocks });
    const bodies = [await call(of('burger')), await call(of('soup'))].map(({ body }) =>
      itemViewSchema.strict().parse(body),
    );
    expect(bodies).toEqual([
      { item: 'burger', price: '5.5', stock: stocks.burger },
      { item: 'soup', price: '4' },
    ]);
  });

  it('answers 404 when nobody knows of it', async () => {
    const { status, body } = await aQuery().call(of('unicorn'));
    expect([status, problemSchema.parse(body).detail]).toEqual([404, expect.stringContaining('unicorn')]);
  });
});

describe('GET /items/{item}/stock/{receipt}', () => {
  const of = (wait?: string) =>
    aCall(
      'GET /items/{item}/stock/{receipt}',
      { item: 'burger', receipt: 'r~2F1' },
      wait ? { queryStringParameters: { wait } } : {},
    );

  it('waits for what inventory decides, and tells it', async () => {
    const { call, slept } = aQuery(undefined, {
      receipts: { 'burger r/1': [undefined, undefined, { status: 'applied', delta: 5 }] },
    });
    const { status, body } = await call(of('2'));
    expect([status, receiptSchema.strict().parse(body)]).toEqual([
      200,
      { item: 'burger', receipt_id: 'r/1', status: 'applied', delta: 5 },
    ]);
    expect(slept).toHaveLength(2);
  });

  it('tells why a change was refused', async () => {
    const message = '3 of burger can be taken away, not 99: 2 are reserved';
    const { call } = aQuery(undefined, {
      receipts: { 'burger r/1': [{ status: 'refused', code: 'stock_too_low', message }] },
    });
    const { body } = await call(of());
    expect(receiptSchema.strict().parse(body)).toEqual({
      item: 'burger',
      receipt_id: 'r/1',
      status: 'refused',
      reason: 'stock_too_low',
      reason_text: message,
    });
  });

  it('answers 404 with Retry-After while nothing is decided', async () => {
    const { status, headers, body } = await aQuery().call(of());
    expect([status, headers['retry-after'], body.type]).toEqual([404, '1', 'urn:problem-type:orderflow:not-decided']);
  });
});

describe('GET /limits', () => {
  const limits = {
    everybody: { max_quantity: 100 },
    'user#john': { max_open_notional: '50', blocked: true },
    'item#burger': { max_quantity: 10 },
  };
  const of = async (routeKey: string, names = {}) => {
    const { status, body } = await aQuery(undefined, { limits }).call(aCall(routeKey, names));
    expect(status).toBe(200);
    return limitsViewSchema.strict().parse(body);
  };
  const {
    maxOpenNotional: max_open_notional,
    maySellShort: may_sell_short,
    mayNamePrice: may_name_price,
  } = defaultTerms;

  it('tells what is said, and what holds', async () => {
    const held = { max_open_notional, max_quantity: 100, may_sell_short, may_name_price, blocked: false };
    expect(await of('GET /limits')).toEqual({ of: 'everybody', set: { max_quantity: 100 }, in_force: held });
    expect(await of('GET /limits/users/{user}', { user: 'john' })).toEqual({
      of: 'user',
      name: 'john',
      set: limits['user#john'],
      in_force: { ...held, max_open_notional: '50', blocked: true },
    });
    expect(await of('GET /limits/items/{item}', { item: 'burger' })).toMatchObject({
      set: { max_quantity: 10 },
      in_force: { ...held, max_quantity: 10 },
    });
    expect(await of('GET /limits/users/{user}', { user: 'mary' })).toMatchObject({ set: {}, in_force: held });
  });
});
