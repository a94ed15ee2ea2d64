import { createHash } from 'node:crypto';

/**
 * A day's rows are spread over this many partitions by user, so that no single one takes all of a day's writes, and closing
 * the day still finds every user without an index. The rows of old days are found by it: it must not change.
 */
export const SHARDS = 16;

/** Where a user's rows stand: a name itself may be too long for a key, and may hold any separator. */
export function userKey(user: string): { readonly shard: number; readonly hash: string } {
  const digest = createHash('sha256').update(user).digest();
  return { shard: (digest[0] ?? 0) % SHARDS, hash: digest.toString('base64url', 0, 18) };
}

export const linesPartition = (date: string, shard: number) => `lines#${date}#${shard}`;
export const issuedPartition = (date: string, shard: number) => `issued#${date}#${shard}`;
export const latePartition = (shard: number) => `late#${shard}`;
export const CLOSED_PARTITION = 'closed';
