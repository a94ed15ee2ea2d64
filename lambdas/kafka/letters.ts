import { createHash } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { toAttributes } from './dynamo/attributes';
import { batchGet, batchPut } from './dynamo/batches';
import { KEPT_SECONDS } from './kept-seconds';
import type { ConsumedRecord } from './record';

/** Remembers which dead letters are written, so that a record that comes again leaves no second one. */
export interface Letters {
  /** @returns those of the letters that are known to be written */
  written(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Asked after the broker has acknowledged them. */
  note(ids: readonly string[]): Promise<void>;
}

/**
 * The name of a dead letter, which stands in it as `dlq-id`: the same for the same refusal, however often it is told.
 *
 * An event that was refused is named by its key and id, since it may be published twice, and by the bytes that held it. A
 * record that holds none, or was sent back from the dead letters, is named by its place, its time and its bytes: a topic that was
 * made anew has the same places.
 */
export function letterId(
  consumer: string,
  record: ConsumedRecord,
  refused: { readonly key: string; readonly id: string; readonly resent?: string } | undefined,
): string {
  const { topic, partition, offset, timestamp, key, value } = record;
  const name =
    refused && refused.resent === undefined
      ? ['event', refused.key, refused.id]
      : ['record', topic, partition, offset, timestamp, key?.toString('base64') ?? null];
  const digest = createHash('sha256').update(JSON.stringify([consumer, ...name, value === null]));
  return digest.update(value ?? '').digest('base64url');
}

/** In rows of the consumer's own table: `letter#<id>`, `written`, with a time to live. One write unit a letter. */
export function createDynamoLetters(
  client: DynamoDBClient,
  table: string,
  [partitionKey, sortKey]: readonly [string, string] = ['pk', 'sk'],
): Letters {
  const keyOf = (id: string) => ({ [partitionKey]: `letter#${id}`, [sortKey]: 'written' });
  return {
    async written(ids) {
      const names = new Map(ids.map((id) => [keyOf(id)[partitionKey], id]));
      const items = await batchGet(
        client,
        table,
        [...names.values()].map((id) => toAttributes(keyOf(id))),
      );
      return new Set(items.map((item) => names.get(item[partitionKey]?.S) as string));
    },
    async note(ids) {
      const expires_at = Math.floor(Date.now() / 1_000) + KEPT_SECONDS;
      await batchPut(
        client,
        table,
        [...new Set(ids)].map((id) => toAttributes({ ...keyOf(id), expires_at })),
      );
    },
  };
}
