import type { Line, PlacedLine } from '../../../lambdas/reporting/line';

/** Ids that sort as their numbers do. */
export const anEventId = (n: number) => `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;

export function aLine(overrides: Partial<Line> = {}): Line {
  return {
    event_id: anEventId(1),
    type: 'order.charged',
    time: '2026-11-20T10:00:00.000Z',
    order_id: 'a1b2c3d4-0000-4000-8000-000000000001',
    item: 'burger',
    quantity: 5,
    amount: '42.5',
    payment_id: 'pay-1',
    ...overrides,
  };
}

export const placed = (line: Partial<Line> = {}, user = 'john', date = '2026-11-20'): PlacedLine => ({
  user,
  date,
  line: aLine(line),
});

/** An event of order-events, as its record's value has it. */
export function anEvent(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    event_id: anEventId(1),
    type: 'order.charged',
    version: 1,
    time: '2026-11-20T10:00:00.000Z',
    order_id: 'a1b2c3d4-0000-4000-8000-000000000001',
    user: 'john',
    item: 'burger',
    quantity: 5,
    amount: '42.5',
    payment_id: 'pay-1',
    ...overrides,
  };
}
