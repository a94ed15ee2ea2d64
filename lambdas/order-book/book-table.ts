import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DependencyError } from '../errors';
import { batchGet } from '../kafka/dynamo/batches';
import { StateRefusedError } from '../kafka/fold/store';
import type { Change, Depth } from './book';
import { headPlace, logPlace, type Place, piecePlace, type Slot } from './book-keys';
import { type Head, type Item, readChanges, readHead, writeChanges, writeHead } from './book-rows';
import type { SnapshotPointer } from './snapshot';

/**
 * The rows of books. Every row but the head is written only over an older version, so what an environment writes late does no
 * harm; and a reader that finds another version than the head promised was overtaken, and reads again.
 */
export function createBookTable(client: DynamoDBClient, table: string, ring: number) {
  return {
    async readHeads(items: readonly string[]): Promise<ReadonlyMap<string, Head>> {
      const byPk = new Map(items.map((item) => [headPlace(item).pk, item]));
      const rows = await batchGet(
        client,
        table,
        items.map((item) => attributes(headPlace(item))),
      );
      return new Map(rows.map((row) => [byPk.get(row.pk?.S as string) as string, readHead(row)]));
    },

    /** @returns false when another environment wrote this version. */
    async putHead(item: string, head: Head, depth: Depth): Promise<boolean> {
      const row = { ...attributes(headPlace(item)), ...writeHead(head, depth) };
      try {
        if (head.version === 1) return await put(row, 'attribute_not_exists(pk)');
        return await put(row, 'version = :version', head.version - 1);
      } catch (error) {
        if ((error as Error).name !== 'ValidationException') throw error;
        const message = `DynamoDB refuses the head row of ${item}: ${(error as Error).message}`;
        throw new StateRefusedError(message, { cause: error });
      }
    },

    putLog: (item: string, version: number, changes: Uint8Array) =>
      putNewer(logPlace(item, version, ring), version, changes),

    /** @returns false when a newer snapshot takes the slot. */
    putPiece: (item: string, slot: Slot, piece: number, version: number, changes: Uint8Array) =>
      putNewer(piecePlace(item, slot, piece), version, changes),

    /** The changes of these versions, both included, in their order. */
    readLog: (item: string, first: number, last: number) => {
      const versions = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
      return readChangesAt(
        item,
        versions.map((version) => ({ version, place: logPlace(item, version, ring) })),
      );
    },

    readSnapshot: (item: string, { version, slot, pieces }: SnapshotPointer) =>
      readChangesAt(
        item,
        Array.from({ length: pieces }, (_, piece) => ({ version, place: piecePlace(item, slot, piece) })),
      ),
  };

  async function readChangesAt(
    item: string,
    rows: readonly { readonly version: number; readonly place: Place }[],
  ): Promise<(readonly Change[])[]> {
    const found = await batchGet(
      client,
      table,
      rows.map(({ place }) => attributes(place)),
    );
    const byPk = new Map(found.map((row) => [row.pk?.S, row]));
    return rows.map(({ place, version }) => {
      const changes = readChanges(byPk.get(place.pk), version);
      if (changes) return changes;
      throw new DependencyError('book_moved', `The book of ${item} was written while it was read: read it again`);
    });
  }

  /** Puts a row unless a newer version of it stands there. */
  function putNewer(place: Place, version: number, changes: Uint8Array): Promise<boolean> {
    const row = { ...attributes(place), ...writeChanges(version, changes) };
    return put(row, 'attribute_not_exists(pk) OR version <= :version', version);
  }

  async function put(Item: Item, ConditionExpression: string, version?: number): Promise<boolean> {
    const values = version === undefined ? {} : { ExpressionAttributeValues: { ':version': { N: String(version) } } };
    try {
      await client.send(new PutItemCommand({ TableName: table, Item, ConditionExpression, ...values }));
      return true;
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }
}

const attributes = ({ pk, sk }: Place): Record<string, AttributeValue> => ({ pk: { S: pk }, sk: { S: sk } });
