import { noFigures, noItem } from '../../../lambdas/analytics/figures';
import { shortId } from '../../../lambdas/analytics/short-id';
import type { Counted } from '../../../lambdas/analytics/source-state';
import type { KeyedEvent } from '../../../lambdas/kafka/consume';

/** An event whose charge is 0.1 and whose item tells which event it was. */
export function aCounted(id: number, source = 'order-events-0'): KeyedEvent<Counted> {
  const figures = {
    ...noFigures,
    approved: 1,
    charged_amount: '0.1',
    items: [[`item-${id}`, { ...noItem, orders: 1, quantity: '3' }]] as const,
  };
  return {
    key: source,
    id: String(id),
    event: { id: shortId(String(id)), window: `2026-11-21T10:0${id % 4}`, figures },
  };
}
