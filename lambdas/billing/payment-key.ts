import { eventId } from '../order/events';

/** The key under which an order is charged: the gateway charges it once, however often it is asked. */
export const paymentKey = (orderId: string) => eventId('payment', orderId);
