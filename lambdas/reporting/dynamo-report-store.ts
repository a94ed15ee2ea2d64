import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { toAttributes } from '../kafka/dynamo/attributes';
import { batchGet, batchPut } from '../kafka/dynamo/batches';
import { packed, unpacked } from '../kafka/dynamo/packed';
import { queryAll } from '../kafka/dynamo/query';
import { setName } from '../kafka/rows/set-name';
import type { Line, PlacedLine } from './line';
import type { Issued, LateNote, LineStore, StatementStore } from './report-store';
import { CLOSED_PARTITION, issuedPartition, latePartition, linesPartition, SHARDS, userKey } from './row-keys';

type Item = Record<string, AttributeValue>;

/** Long enough to be looked at, should a statement be in doubt. */
const SETTLED_KEPT_SECONDS = 24 * 60 * 60;

/**
 * Lines, and what was issued of them, in a table with keys `pk` and `sk`:
 * - `lines#<date>#<shard>`, `<user's hash>#<name>`: lines that came together, deflated JSON; named by the set of their events
 * - `issued#<date>#<shard>`, `<user's hash>`: the last revision of a statement
 * - `late#<shard>`, `<date>#<user's hash>#<event id>`: a note that a line came late; a settled one is on its way out, as no
 *   function may delete
 * - `closed`, `<date>`: a day whose statements are issued
 */
export function createDynamoReportStore(client: DynamoDBClient, table: string): LineStore & StatementStore {
  const partition = (pk: string, from = ''): AsyncIterable<Item> =>
    queryAll(client, {
      TableName: table,
      KeyConditionExpression: from ? 'pk = :pk AND begins_with(sk, :from)' : 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk }, ...(from && { ':from': { S: from } }) },
    });

  return {
    shards: SHARDS,

    putLines: (lines) => batchPut(client, table, lineItems(lines)),
    noteLate: (notes) => batchPut(client, table, notes.map(lateItem)),

    async linesOf(user, date) {
      const { shard, hash } = userKey(user);
      const lines: Line[] = [];
      for await (const item of partition(linesPartition(date, shard), `${hash}#`)) lines.push(...readLines(item));
      return lines;
    },

    async *linesByUser(date, shard) {
      let user: string | undefined;
      let lines: Line[] = [];
      for await (const item of partition(linesPartition(date, shard))) {
        if (user !== undefined && user !== item.user?.S) {
          yield { user, lines };
          lines = [];
        }
        user = item.user?.S as string;
        lines.push(...readLines(item));
      }
      if (user !== undefined) yield { user, lines };
    },

    async issuedOf(user, date) {
      const { shard, hash } = userKey(user);
      const [item] = await batchGet(client, table, [toAttributes({ pk: issuedPartition(date, shard), sk: hash })]);
      return item && readIssued(item);
    },

    async issuedOn(date, shard) {
      const known = new Map<string, Issued>();
      for await (const item of partition(issuedPartition(date, shard)))
        known.set(item.user?.S as string, readIssued(item));
      return known;
    },

    async saveIssued(user, date, { revision, digest }) {
      const { shard, hash } = userKey(user);
      const item = { pk: issuedPartition(date, shard), sk: hash, user, revision, digest };
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: toAttributes(item),
            ConditionExpression: 'attribute_not_exists(pk) OR revision < :revision',
            ExpressionAttributeValues: { ':revision': { N: String(revision) } },
          }),
        );
      } catch (error) {
        if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
      }
    },

    async *lateNotes() {
      for (let shard = 0; shard < SHARDS; shard++) {
        for await (const { user, date, event_id, settled } of partition(latePartition(shard))) {
          if (settled) continue;
          yield { user: user?.S as string, date: date?.S as string, eventId: event_id?.S as string };
        }
      }
    },

    settleLate(notes, at) {
      const expires = { settled: 1, expires_at: Math.ceil(at / 1_000) + SETTLED_KEPT_SECONDS };
      return batchPut(
        client,
        table,
        notes.map((note) => ({ ...lateItem(note), ...toAttributes(expires) })),
      );
    },

    async lastClosed() {
      const latest = queryAll(client, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: CLOSED_PARTITION } },
        ScanIndexForward: false,
        Limit: 1,
      });
      for await (const item of latest) return item.sk?.S;
      return undefined;
    },

    async markClosed(date) {
      await batchPut(client, table, [toAttributes({ pk: CLOSED_PARTITION, sk: date })]);
    },
  };
}

/** An item holds 400 KB, and a character takes at most three bytes. */
const MAX_ROW_CHARACTERS = 100_000;

/** The lines of a user's day that are written together are one item: a write unit is a kilobyte, which several lines share. */
function lineItems(lines: readonly PlacedLine[]): Item[] {
  const days = new Map<string, PlacedLine[]>();
  for (const one of lines) {
    const day = `${one.date} ${one.user}`;
    const others = days.get(day);
    if (others) others.push(one);
    else days.set(day, [one]);
  }
  return [...days.values()].flatMap((ofDay) => rowsOf(ofDay));
}

function rowsOf(lines: readonly PlacedLine[]): Item[] {
  const rows: PlacedLine[][] = [];
  let room = 0;
  for (const one of lines) {
    const { length } = JSON.stringify(one.line);
    if (length > room) {
      rows.push([]);
      room = MAX_ROW_CHARACTERS;
    }
    rows.at(-1)?.push(one);
    room -= length;
  }
  return rows.map(rowOf);
}

function rowOf(placed: readonly PlacedLine[]): Item {
  const { user, date } = placed[0] as PlacedLine;
  const { shard, hash } = userKey(user);
  const lines = placed.map(({ line }) => line);
  const name = setName(lines.map(({ event_id }) => event_id));
  return {
    ...toAttributes({ pk: linesPartition(date, shard), sk: `${hash}#${name}`, user }),
    lines: { B: packed(lines) },
  };
}

const readLines = (item: Item): Line[] => unpacked(item.lines?.B) as Line[];

const readIssued = ({ revision, digest }: Item): Issued => ({
  revision: Number(revision?.N),
  digest: digest?.S as string,
});

function lateItem({ user, date, eventId }: LateNote): Item {
  const { shard, hash } = userKey(user);
  return toAttributes({ pk: latePartition(shard), sk: `${date}#${hash}#${eventId}`, user, date, event_id: eventId });
}
