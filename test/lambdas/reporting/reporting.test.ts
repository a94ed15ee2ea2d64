import { FatalRecordError } from '../../../lambdas/errors';
import { createCalendar } from '../../../lambdas/reporting/calendar';
import { lineTypes } from '../../../lambdas/reporting/event-types';
import { createReporting } from '../../../lambdas/reporting/reporting';
import { consumers } from '../../../lib/topology';
import { aBudget, aRecord, eventsOf } from '../audit/records';
import { anEvent, anEventId } from './lines';
import { MemoryReportStore } from './memory-report-store';

const NOON = Date.parse('2026-11-20T12:00:00Z');

function aReporting({ store = new MemoryReportStore(), now = NOON, timeZone = 'UTC' } = {}) {
  return { store, reporting: createReporting({ store, calendar: createCalendar(timeZone), now: () => now }) };
}

const recordOf = (event: unknown) =>
  aRecord({ topic: 'order-events', value: Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)) });

describe('reporting', () => {
  it('makes a line of a charge, on the day of its time in the configured zone', () => {
    const { reporting } = aReporting({ timeZone: 'Asia/Tokyo' });
    const [part] = reporting.split(recordOf(anEvent({ time: '2026-11-20T15:00:00Z' })));
    expect(part?.event).toEqual({
      user: 'john',
      date: '2026-11-21',
      line: {
        event_id: anEventId(1),
        type: 'order.charged',
        time: '2026-11-20T15:00:00.000Z',
        order_id: 'a1b2c3d4-0000-4000-8000-000000000001',
        item: 'burger',
        quantity: 5,
        amount: '42.5',
        payment_id: 'pay-1',
      },
    });
  });

  it.each([
    [
      { type: 'order.declined', reason: 'no_funds' },
      { amount: '42.5', reason: 'no_funds' },
    ],
    [
      { type: 'order.refunded', reason: 'cancelled' },
      { amount: '42.5', reason: 'cancelled' },
    ],
    [
      { type: 'order.filled', side: 'BUY', price: '3200.1', remaining: 2, trade_sequence: 9 },
      { side: 'BUY', quantity: 5, price: '3200.1', trade_sequence: 9 },
    ],
    [
      { type: 'order.rejected', reason: 'no_price' },
      { quantity: 5, reason: 'no_price' },
    ],
    [
      { type: 'order.cancelled', remaining: 2, reason: 'requested' },
      { quantity: 2, reason: 'requested' },
    ],
  ])('makes a line of %o', (event, line) => {
    const { reporting } = aReporting();
    expect(reporting.split(recordOf(anEvent(event)))[0]?.event.line).toMatchObject(line);
  });

  it.each([anEvent({ type: 'order.approved', price: '8.5' }), anEvent({ type: 'order.completed', price: '8.5' })])(
    'passes over what makes no line',
    (event) => {
      expect(aReporting().reporting.split(recordOf(event))).toEqual([]);
    },
  );

  it.each([
    'not JSON',
    '{}',
    JSON.stringify(anEvent({ amount: 'much' })),
    JSON.stringify(anEvent({ payment_id: 'x'.repeat(30_000) })),
  ])('refuses for good what it can never keep', (value) => {
    expect(() => aReporting().reporting.split(recordOf(value))).toThrow(FatalRecordError);
  });

  it('is sent the types that make lines, and no others', () => {
    const [filter] = consumers.reporting.reads[0].only;
    expect([...filter.type].sort()).toEqual([...lineTypes].sort());
  });

  it('notes a line that comes after its day has ended, and only such a line', async () => {
    const { store, reporting } = aReporting();
    const events = eventsOf(reporting, [
      recordOf(anEvent({ event_id: anEventId(1), time: '2026-11-19T23:59:59Z' })),
      recordOf(anEvent({ event_id: anEventId(2), time: '2026-11-20T00:00:00Z' })),
    ]);
    expect(await reporting.effect.absorb(events, aBudget())).toEqual([undefined, undefined]);
    expect([...store.lines.keys()]).toEqual([anEventId(1), anEventId(2)]);
    expect([...store.late.values()]).toEqual([{ user: 'john', date: '2026-11-19', eventId: anEventId(1) }]);
  });

  it('reports every record when the store stays away', async () => {
    const { store, reporting } = aReporting();
    store.putLines = async () => {
      throw new Error('away');
    };
    const results = await reporting.effect.absorb(eventsOf(reporting, [recordOf(anEvent())]), aBudget());
    expect(results.map((result) => result?.message)).toEqual(['away']);
  });
});
