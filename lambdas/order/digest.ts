import { hash } from 'node:crypto';
import type { Order } from './order';

/** Of Base64's characters: 128 bits, which tell bodies under one id apart. */
const DIGEST_LENGTH = 22;

/**
 * Tells two bodies under one order id apart: equal for the same content, whoever set what around it. The id itself and
 * `placed_at` stay out, since the server sets both, and `placed_at` anew at each repeat of a request.
 */
export function digestOf(order: Pick<Order, 'user' | 'item' | 'quantity' | 'price' | 'side'>): string {
  const content = [order.user, order.item, order.quantity, order.price ?? null, order.side ?? null];
  return hash('sha256', JSON.stringify(content), 'base64url').slice(0, DIGEST_LENGTH);
}
