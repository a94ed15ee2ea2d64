import fc from 'fast-check';
import type { ApiEvent } from '../../../lambdas/api/event';
import { sliceAfter } from '../../../lambdas/query/page';
import type { Line } from '../../../lambdas/reporting/line';
import { aCall } from '../api/api-event';
import { aQuery } from './a-query';
import { MemoryOrderReader } from './memory-order-reader';

/** Of Lambda's answer, which has the body as JSON text within JSON: quotes take two bytes. */
const LAMBDA_LIMIT = 6 * 1024 * 1024;
const sizeOf = (text: string) => Buffer.byteLength(JSON.stringify(text));

const ID = '0b8e7f3c-5a51-4c0f-9d0e-3f6f0d5d9a11';
const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
/** The longest there is: 128 characters of four bytes. */
const LONG = '🍔'.repeat(128);

const aLine = (n: number): Line => ({
  event_id: idOf(n),
  type: 'order.filled',
  time: '2026-11-21T09:00:00.000Z',
  order_id: ID,
  item: LONG,
  side: 'BUY',
  quantity: 1,
  price: '3200.10',
  trade_sequence: n,
});

const nextOf = (link: unknown) => /^<\?(.*)>; rel="next"$/.exec(String(link))?.[1];

describe('a day of 26,000 lines', () => {
  const lines = Array.from({ length: 26_000 }, (_, n) => aLine(n));
  const { answer } = aQuery(undefined, { lines: { 'john 2026-11-21': lines } });
  const ask = (accept: string, query?: string) =>
    answer(
      aCall('GET /reports/{user}/{date}', { user: 'john', date: '2026-11-21' }, {
        headers: { accept },
        ...(query && { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) }),
      } as Partial<ApiEvent>),
    );

  async function* pages(accept: string) {
    let query: string | undefined;
    do {
      const { status, headers, text } = await ask(accept, query);
      expect(status).toBe(200);
      expect(sizeOf(text)).toBeLessThan(LAMBDA_LIMIT);
      yield text;
      query = nextOf(headers.link);
    } while (query !== undefined);
  }

  it('comes in pages, each small enough, with each line once and the same sums and digest on all', async () => {
    const seen: string[] = [];
    const wholes = new Set<string>();
    for await (const text of pages('application/json')) {
      const { lines, digest, totals } = JSON.parse(text);
      seen.push(...lines.map(({ event_id }: Line) => event_id));
      wholes.add(JSON.stringify([digest, totals]));
    }
    expect(seen).toEqual(lines.map(({ event_id }) => event_id));
    expect(wholes.size).toBe(1);
  });

  it('comes as CSV likewise, with its head on each page', async () => {
    let rows = 0;
    for await (const text of pages('text/csv')) {
      expect(text).toMatch(/^time,type,/);
      rows += text.split('\r\n').length - 2;
    }
    expect(rows).toBe(26_000);
  });

  it('answers 400 to a cursor that is none, or names no line, and to a page that is too large', async () => {
    const strange = Buffer.from('1 of another day').toString('base64url');
    for (const query of ['cursor=?', 'cursor=', `cursor=${strange}`, 'limit=1001', 'limit=0'])
      expect((await ask('application/json', query)).status).toBe(400);
  });
});

describe('an order of 30,000 fills', () => {
  it('shows its timeline in pages, each small enough, and its status on each', async () => {
    const reader = new MemoryOrderReader();
    const fills = Array.from({ length: 30_000 }, (_, n) => ({
      type: 'order.filled',
      data: { item: LONG, quantity: 1, price: '3200.1', remaining: 30_000 - n - 1, trade_sequence: n + 1 },
    }));
    reader.place({ order_id: ID, user: 'john' }, '2026-11-21T10:00:00.000Z', fills);
    const { answer } = aQuery(reader);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const parameters = { limit: '1000', ...(cursor && { cursor }) };
      const { status, text } = await answer(
        aCall('GET /orders/{id}', { id: ID }, { queryStringParameters: parameters } as Partial<ApiEvent>),
      );
      expect([status, sizeOf(text) < LAMBDA_LIMIT]).toEqual([200, true]);
      const body = JSON.parse(text);
      expect(body.status).toBe('filled');
      seen.push(...body.timeline.map(({ event_id }: { event_id: string }) => event_id));
      cursor = body.next_cursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(30_001);
    expect(new Set(seen).size).toBe(30_001);
  });
});

describe('what cannot grow without end stays small enough at its largest', () => {
  it('a page of positions, and figures of a day in minutes', async () => {
    const positions = Array.from({ length: 101 }, (_, n) => ({
      item: `${String(n).padStart(4, '0')}${'🍔'.repeat(124)}`,
      revision: 1,
      quantity: '9'.repeat(40),
      cost: '9'.repeat(60),
      realised_profit: '9'.repeat(60),
    }));
    const minute = (n: number) => new Date(Date.parse('2026-11-20T10:43:00Z') + n * 60_000).toISOString().slice(0, 16);
    const money = '9'.repeat(60);
    const figures = {
      ...{
        approved: 1e15,
        rejected: 1e15,
        charged: 1e15,
        declined: 1e15,
        refunded: 1e15,
        completed: 1e15,
        traded: 1e15,
      },
      ...{ charged_amount: money, refunded_amount: money, traded_amount: money },
      items: [[LONG, { orders: 1, quantity: money, revenue: money }]] as const,
    };
    const { answer } = aQuery(undefined, {
      positions: { john: positions },
      async *windows() {
        for (let n = 0; n < 1_440; n++) yield { window: minute(n), figures };
      },
    });
    const events = [
      aCall('GET /positions/{user}', { user: 'john' }, {
        queryStringParameters: { limit: '100' },
      } as Partial<ApiEvent>),
      aCall('GET /analytics', {}, {
        queryStringParameters: { from: '2026-11-20T10:43:00Z', to: '2026-11-21T10:43:00Z' },
      } as Partial<ApiEvent>),
    ];
    for (const event of events) {
      const { status, text } = await answer(event);
      expect([status, sizeOf(text) < LAMBDA_LIMIT]).toEqual([200, true]);
    }
  });
});

describe('sliceAfter', () => {
  const nameOf = (text: string) => text;

  it('shows each entry once, in order, names that repeat too', () => {
    const entries = fc.array(fc.constantFrom('a', 'b', 'c', 'with space', '1 a'), { maxLength: 30 });
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 8 }), (all, limit) => {
        const seen: string[] = [];
        for (let after: string | undefined, more = true; more; more = after !== undefined) {
          const page = sliceAfter(all, { limit, after, nameOf });
          expect(page.entries.length).toBeLessThanOrEqual(limit);
          seen.push(...page.entries);
          after = page.next;
        }
        expect(seen).toEqual(all);
      }),
    );
  });

  it('repeats nothing when more comes meanwhile', () => {
    const { next } = sliceAfter(['b', 'd', 'f'], { limit: 2, after: undefined, nameOf });
    expect(sliceAfter(['a', 'b', 'c', 'd', 'e', 'f'], { limit: 9, after: next, nameOf })).toEqual({
      entries: ['e', 'f'],
    });
  });

  it('ends a page before its bytes are too many, and has one entry at least', () => {
    const huge = ['x'.repeat(3_000_000), 'y'.repeat(5_000_000), 'z'];
    const first = sliceAfter(huge, { limit: 9, after: undefined, nameOf });
    const second = sliceAfter(huge, { limit: 9, after: first.next, nameOf });
    expect([first.entries.length, second.entries.length]).toEqual([1, 1]);
  });
});
