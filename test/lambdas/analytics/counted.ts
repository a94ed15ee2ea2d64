import { noFigures, noItem } from '../../../lambdas/analytics/figures';
import { markOf } from '../../../lambdas/analytics/marks';
import type { Counted } from '../../../lambdas/analytics/source-state';
import type { KeyedEvent } from '../../../lambdas/kafka/consume';

/** An event whose charge is 1 and whose item tells which event it was. */
export function aCounted(offset: number, id: number, source = 'order-events-0'): KeyedEvent<Counted> {
  const figures = {
    ...noFigures,
    approved: 1,
    charged_amount: '0.1',
    items: [[`item-${id}`, { ...noItem, orders: 1, quantity: '3' }]] as const,
  };
  return {
    key: source,
    id: String(id),
    event: { mark: markOf(offset, String(id)), window: `2026-11-21T10:0${id % 4}`, figures },
  };
}
