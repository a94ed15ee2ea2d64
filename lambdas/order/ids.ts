import { hash } from 'node:crypto';

/**
 * Name-based UUIDs (version 5, https://www.rfc-editor.org/rfc/rfc9562#section-5.5): the same thing gets the same id
 * wherever and however often it is made, so a repeat is recognised without a look-up.
 */
const NAMESPACES = {
  event: 'a3f0c1de-5d0b-5f6e-9c55-0f3a1b7f2d10',
  order: '6c1d2f0a-94b3-5a7e-8e21-7b4f9d5c3e62',
} as const;

const namespaceBytes = {
  event: Buffer.from(NAMESPACES.event.replaceAll('-', ''), 'hex'),
  order: Buffer.from(NAMESPACES.order.replaceAll('-', ''), 'hex'),
};

/** The id of what happened to an order once: a placement has one, whatever headers its record carries. */
export function eventIdOf(type: string, orderId: string): string {
  return named('event', `${type}/${orderId}`);
}

/** The id of the event that an order was placed. */
export const placementEventId = (orderId: string) => eventIdOf('order.placed', orderId);

/**
 * The order id that a user's Idempotency-Key stands for.
 * @param index place in the batch; absent for a single order.
 */
export function orderIdFromKey(user: string, key: string, index?: number): string {
  return named('order', JSON.stringify(index === undefined ? [user, key] : [user, key, index]));
}

/** An order id, a UUID, in 22 characters: for rows that hold many. */
export const compactId = (orderId: string) => Buffer.from(orderId.replaceAll('-', ''), 'hex').toString('base64url');

function named(namespace: keyof typeof namespaceBytes, name: string): string {
  const hex = hash('sha1', Buffer.concat([namespaceBytes[namespace], Buffer.from(name)]), 'hex');
  // Version 5 and variant 10 take the place of six bits.
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
