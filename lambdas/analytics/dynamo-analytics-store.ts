import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { batchGet, batchPut } from '../kafka/dynamo/batches';
import { packed, unpacked } from '../kafka/dynamo/packed';
import { queryAll } from '../kafka/dynamo/query';
import type { AnalyticsReader, AnalyticsStore, WindowRow } from './analytics-store';
import type { Figures } from './figures';
import { packIds, unpackIds } from './short-id';
import type { SourceRow } from './source-state';

type Item = Record<string, AttributeValue>;

const DAY_SECONDS = 86_400;
const WINDOW_DAYS = 400;
/** Rows leave in any order within days of their time: ids stay until their window surely has left, so that none counts twice. */
const IDS_DAYS = WINDOW_DAYS + 7;

/**
 * Sources and windows in a table with keys `pk` and `sk`, and a time to live:
 * - `source#<topic>-<partition>`, `state`: version, journal, ids (of the journal's windows, one after the other)
 * - `windows#<hour>`, `<minute>#<topic>-<partition>`: version, figures, ids, spilled
 * - `counted#<minute>#<topic>-<partition>`, the version that fills it: ids
 */
export function createDynamoAnalyticsStore(client: DynamoDBClient, table: string): AnalyticsStore & AnalyticsReader {
  return {
    async loadSource(source) {
      const [item] = await batchGet(client, table, [sourceKey(source)]);
      return item && readSource(item);
    },

    saveSource: (source, next) =>
      saveIf(next.version === 1 ? undefined : next.version - 1, { ...sourceKey(source), ...writeSource(next) }),

    async loadIds(source, window) {
      const ids: string[] = [];
      const items = queryAll(client, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': idsKey(source, window, 0).pk as AttributeValue },
      });
      for await (const item of items) ids.push(...readIds(item));
      return ids;
    },

    async saveIds(source, window, version, ids) {
      const item = {
        ...idsKey(source, window, version),
        ids: { B: packIds(ids) },
        expires_at: expiry(window, IDS_DAYS),
      };
      await batchPut(client, table, [item]);
    },

    async loadWindows(source, windows) {
      const items = await batchGet(
        client,
        table,
        windows.map((window) => windowKey(source, window)),
      );
      return new Map(items.map((item) => [windowOfKey(item), readWindow(item)]));
    },

    saveWindow(source, window, { version, figures, ids, spilled }, before) {
      return saveIf(before, {
        ...windowKey(source, window),
        version: { N: String(version) },
        figures: { B: packed(figures) },
        ...(ids.length > 0 && { ids: { B: packIds(ids) } }),
        ...(spilled && { spilled: { BOOL: true } }),
        expires_at: expiry(window, WINDOW_DAYS),
      });
    },

    async *windows(from, to) {
      for (const hour of hoursBetween(from, to)) {
        const items = queryAll(client, {
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': { S: `windows#${hour}` }, ':from': { S: from }, ':to': { S: to } },
        });
        // A key is longer than the minute it begins with, so that `to` itself leaves its window out.
        for await (const item of items) yield { window: windowOfKey(item), figures: readWindow(item).figures };
      }
    },
  };

  async function saveIf(before: number | undefined, item: Item): Promise<'saved' | 'conflict'> {
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: item,
          ...(before === undefined
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: 'version = :before',
                ExpressionAttributeValues: { ':before': { N: String(before) } },
              }),
        }),
      );
      return 'saved';
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return 'conflict';
      throw error;
    }
  }
}

const sourceKey = (source: string): Item => ({ pk: { S: `source#${source}` }, sk: { S: 'state' } });

const idsKey = (source: string, window: string, version: number): Item => ({
  pk: { S: `counted#${window}#${source}` },
  sk: { S: String(version).padStart(12, '0') },
});

const windowKey = (source: string, window: string): Item => ({
  pk: { S: `windows#${window.slice(0, 13)}` },
  sk: { S: `${window}#${source}` },
});

const windowOfKey = (item: Item) => item.sk?.S?.slice(0, 16) as string;

const expiry = (window: string, days: number): AttributeValue => ({
  N: String(Math.floor(Date.parse(`${window}Z`) / 1_000) + days * DAY_SECONDS),
});

function writeSource({ version, journal }: SourceRow): Item {
  return {
    version: { N: String(version) },
    journal: { B: packed(journal.map(({ window, figures, ids }) => [window, figures, ids.length])) },
    // Apart from the journal's text: hashes do not deflate.
    ids: { B: packIds(journal.flatMap(({ ids }) => ids)) },
  };
}

function readSource(item: Item): SourceRow {
  const ids = readIds(item);
  let next = 0;
  const journal = (unpacked(item.journal?.B) as [string, Figures, number?][]).map(([window, figures, count = 0]) => {
    next += count;
    return { window, figures, ids: ids.slice(next - count, next) };
  });
  return { version: Number(item.version?.N), journal };
}

const readWindow = (item: Item): WindowRow => ({
  version: Number(item.version?.N),
  figures: unpacked(item.figures?.B) as WindowRow['figures'],
  ids: readIds(item),
  spilled: item.spilled?.BOOL ?? false,
});

const readIds = ({ ids }: Item) => (ids?.B ? unpackIds(ids.B) : []);

/** The hours that windows from one to before another are kept under: `2026-11-21T10`. */
function hoursBetween(from: string, to: string): string[] {
  const hours: string[] = [];
  const end = Date.parse(`${to}Z`);
  for (let time = Date.parse(`${from.slice(0, 13)}:00Z`); time < end; time += 3_600_000) {
    hours.push(new Date(time).toISOString().slice(0, 13));
  }
  return hours;
}
