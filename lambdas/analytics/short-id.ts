import { createHash } from 'node:crypto';

/** Two of a million events of one window share as good as never what is kept of their ids (10¹² of 2⁶⁴). */
const BYTES = 8;

/** What is kept of an event's id, for as long as it counts: 8 bytes of its hash, as base64url. Rows are found by it. */
export const shortId = (eventId: string): string =>
  createHash('sha256').update(eventId).digest().toString('base64url', 0, BYTES);

/** Short ids as bytes, 8 each. */
export function packIds(ids: readonly string[]): Buffer {
  const packed = Buffer.alloc(ids.length * BYTES);
  for (const [index, id] of ids.entries()) packed.write(id, index * BYTES, 'base64url');
  return packed;
}

export function unpackIds(bytes: Uint8Array): string[] {
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: packed.length / BYTES }, (_, index) =>
    packed.toString('base64url', index * BYTES, (index + 1) * BYTES),
  );
}
