import { type Allocate, type Cancel, makeEvent } from '../order/events';
import type { EndingType } from './order-facts';

/** The stock is free again, or was never claimed: nothing of the order leaves. */
export const cancelled = (event: Cancel | Allocate) =>
  makeEvent('order.cancelled', event, { ...event, remaining: event.quantity, reason: 'cancel_requested' });

const reasons: Record<EndingType, string> = { settle: 'settled', release: 'declined', cancel: 'cancelled' };

/** @param ended what came before the cancel */
export const cancelRefused = (event: Cancel | Allocate, ended: EndingType) =>
  makeEvent('order.cancel_refused', event, {
    ...event,
    remaining: ended === 'settle' ? 0 : event.quantity,
    reason: reasons[ended],
  });
