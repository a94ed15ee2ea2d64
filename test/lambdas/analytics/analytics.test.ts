import { createAnalytics } from '../../../lambdas/analytics/analytics';
import { countedTypes } from '../../../lambdas/analytics/event-types';
import { readAnalytics } from '../../../lambdas/analytics/read-analytics';
import { FatalRecordError } from '../../../lambdas/errors';
import { consumers } from '../../../lib/topology';
import { aBudget, aRecord, eventsOf } from '../audit/records';
import { anEvent, anEventId } from '../reporting/lines';
import { MemoryAnalyticsStore } from './memory-analytics-store';

const at = (time: string) => Date.parse(time);
const hour = { from: at('2026-11-20T10:00:00Z'), to: at('2026-11-20T11:00:00Z') };

let offset = 0;
const recordOf = (event: Record<string, unknown>, partition = 0) =>
  aRecord({ topic: 'order-events', partition, offset: offset++, value: Buffer.from(JSON.stringify(event)) });

async function count(store: MemoryAnalyticsStore, ...events: Record<string, unknown>[]) {
  const analytics = createAnalytics(store);
  const records = events.map((event, index) => recordOf({ event_id: anEventId(offset + index), ...event }, index % 3));
  return analytics.effect.absorb(eventsOf(analytics, records), aBudget());
}

const base = anEvent();
const approved = { ...base, type: 'order.approved', price: '8.5' };
const rejected = { ...base, type: 'order.rejected', reason: 'blocked' };
const declined = { ...base, type: 'order.declined', reason: 'no_funds' };
const refunded = { ...base, type: 'order.refunded', amount: '0.5', reason: 'cancelled' };
const completed = { ...base, type: 'order.completed', price: '8.5' };
const filled = { ...base, type: 'order.filled', price: '0.1', quantity: 3, remaining: 0, trade_sequence: 1 };

describe('analytics', () => {
  it('tells orders a minute, revenue, rates and the items most ordered, over all partitions', async () => {
    const store = new MemoryAnalyticsStore();
    let id = 1;
    const events = [
      ...[
        approved,
        approved,
        { ...approved, item: 'fries', quantity: 90 },
        rejected,
        base,
        declined,
        refunded,
        completed,
      ],
      { ...filled, side: 'BUY' },
      { ...filled, side: 'SELL' },
      { ...base, time: '2026-11-20T10:59:59.999Z' },
    ].map((event) => ({ ...event, event_id: anEventId(id++) }));

    expect(await count(store, ...events)).toEqual(new Array(10).fill(undefined));

    const analytics = await readAnalytics(store, hour);
    expect(analytics).toMatchObject({
      from: '2026-11-20T10:00:00Z',
      to: '2026-11-20T11:00:00Z',
      orders_per_minute: 0.0667,
      total: {
        orders: 4,
        approved: 3,
        rejected: 1,
        charged: 2,
        declined: 1,
        refunded: 1,
        completed: 1,
        traded: 1,
        revenue: '84.5',
        traded_amount: '0.3',
        approval_rate: 0.75,
        decline_rate: 0.3333,
      },
      top_items: [
        { item: 'burger', orders: 2, quantity: '10', revenue: '84.5' },
        { item: 'fries', orders: 1, quantity: '90', revenue: '0' },
      ],
    });
    expect(analytics.windows.map(({ start, orders }) => [start, orders])).toEqual([
      ['2026-11-20T10:00:00Z', 4],
      ['2026-11-20T10:59:00Z', 0],
    ]);
  });

  it('counts a late event in the minute of its own time', async () => {
    const store = new MemoryAnalyticsStore();
    await count(store, { ...approved, event_id: anEventId(1), time: '2026-11-20T10:30:00Z' });
    await count(store, { ...approved, event_id: anEventId(2), time: '2026-11-20T10:05:59.999Z' });
    const { windows } = await readAnalytics(store, hour);
    expect(windows.map(({ start }) => start)).toEqual(['2026-11-20T10:05:00Z', '2026-11-20T10:30:00Z']);
  });

  it('leaves out what lies outside the range, and has no rates where nothing happened', async () => {
    const store = new MemoryAnalyticsStore();
    await count(store, { ...approved, event_id: anEventId(1), time: '2026-11-20T11:00:00Z' });
    const { total, windows } = await readAnalytics(store, hour);
    expect(windows).toEqual([]);
    expect(total).toMatchObject({ orders: 0, revenue: '0', approval_rate: null, decline_rate: null });
  });

  it('passes over events that do not count, and refuses what is no event', () => {
    const analytics = createAnalytics(new MemoryAnalyticsStore());
    const reserved = { ...base, type: 'order.reserved', price: '1' };
    for (const event of [reserved, { ...filled, side: 'SELL' }]) {
      expect(analytics.split(recordOf(event))).toEqual([]);
    }
    expect(() => analytics.split(aRecord({ value: Buffer.from('{}') }))).toThrow(FatalRecordError);
    expect(() => analytics.split(recordOf({ ...base, amount: '-1' }))).toThrow(FatalRecordError);
  });

  it('is sent the types that count, and no others', () => {
    expect(consumers.analytics.reads[0].only).toEqual([{ type: countedTypes }]);
    const analytics = createAnalytics(new MemoryAnalyticsStore());
    const events = [approved, rejected, base, declined, refunded, completed, { ...filled, side: 'BUY' }];
    expect(events.map(({ type }) => type).sort()).toEqual([...countedTypes].sort());
    for (const event of events) expect(analytics.split(recordOf(event))).toHaveLength(1);
  });

  it('shows no item as __proto__ but as its name', async () => {
    const store = new MemoryAnalyticsStore();
    await count(store, { ...approved, item: '__proto__', event_id: anEventId(1) });
    expect((await readAnalytics(store, hour)).top_items).toMatchObject([{ item: '__proto__', orders: 1 }]);
  });
});
