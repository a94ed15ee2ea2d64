import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { batchGet, batchPut } from '../kafka/dynamo/batches';
import { queryAll } from '../kafka/dynamo/query';
import type { AnalyticsReader, AnalyticsStore, WindowRow } from './analytics-store';
import { packMarks, unpackMarks } from './marks';
import type { SourceRow } from './source-state';

type Item = Record<string, AttributeValue>;

const DAY_SECONDS = 86_400;
/** Longer than any record can come again: the topic's week and the dead letters' thirty days. */
const CHUNK_DAYS = 60;
const WINDOW_DAYS = 400;

/**
 * Sources and windows in a table with keys `pk` and `sk`, and a time to live:
 * - `source#<topic>-<partition>`, `state`: version, floor, chunks, tail, journal, cut
 * - `source#<topic>-<partition>`, `marks#<version>`: a chunk of marks
 * - `windows#<hour>`, `<minute>#<topic>-<partition>`: version, figures
 */
export function createDynamoAnalyticsStore(
  client: DynamoDBClient,
  table: string,
  now: () => number = Date.now,
): AnalyticsStore & AnalyticsReader {
  return {
    async loadSource(source) {
      const [item] = await batchGet(client, table, [sourceKey(source)]);
      return item && readSource(item);
    },

    async loadChunks(source, chunks) {
      const items = await batchGet(
        client,
        table,
        chunks.map(({ version }) => chunkKey(source, version)),
      );
      return new Map(items.map(({ version, marks }) => [Number(version?.N), unpackMarks(marks?.B as Uint8Array)]));
    },

    saveSource: (source, next) =>
      saveIf(next.version === 1 ? undefined : next.version - 1, { ...sourceKey(source), ...writeSource(next) }),

    async saveChunk(source, version, marks) {
      const item = {
        ...chunkKey(source, version),
        version: { N: String(version) },
        marks: { B: packMarks(marks) },
        expires_at: { N: String(Math.floor(now() / 1_000) + CHUNK_DAYS * DAY_SECONDS) },
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

    saveWindow(source, window, { version, figures }, before) {
      const expires = Math.floor(Date.parse(`${window}Z`) / 1_000) + WINDOW_DAYS * DAY_SECONDS;
      return saveIf(before, {
        ...windowKey(source, window),
        version: { N: String(version) },
        figures: { B: packed(figures) },
        expires_at: { N: String(expires) },
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

const chunkKey = (source: string, version: number): Item => ({
  pk: { S: `source#${source}` },
  sk: { S: `marks#${String(version).padStart(12, '0')}` },
});

const windowKey = (source: string, window: string): Item => ({
  pk: { S: `windows#${window.slice(0, 13)}` },
  sk: { S: `${window}#${source}` },
});

const windowOfKey = (item: Item) => item.sk?.S?.slice(0, 16) as string;

function writeSource({ version, floor, chunks, tail, journal, cut }: SourceRow): Item {
  return {
    version: { N: String(version) },
    floor: { N: String(floor) },
    chunks: { B: packed(chunks.map(({ version, count, last }) => [version, count, last])) },
    tail: { B: packMarks(tail) },
    journal: { B: packed(journal) },
    ...(cut && { cut: { B: packMarks(cut) } }),
  };
}

function readSource(item: Item): SourceRow {
  const chunks = unpacked(item.chunks) as [number, number, number][];
  return {
    version: Number(item.version?.N),
    floor: Number(item.floor?.N),
    chunks: chunks.map(([version, count, last]) => ({ version, count, last })),
    tail: unpackMarks(item.tail?.B as Uint8Array),
    journal: unpacked(item.journal) as SourceRow['journal'],
    ...(item.cut?.B && { cut: unpackMarks(item.cut.B) }),
  };
}

const readWindow = (item: Item): WindowRow => ({
  version: Number(item.version?.N),
  figures: unpacked(item.figures) as WindowRow['figures'],
});

const packed = (value: unknown) => deflateRawSync(JSON.stringify(value));
const unpacked = (attribute: AttributeValue | undefined): unknown =>
  JSON.parse(inflateRawSync(attribute?.B as Uint8Array).toString());

/** The hours that windows from one to before another are kept under: `2026-11-21T10`. */
function hoursBetween(from: string, to: string): string[] {
  const hours: string[] = [];
  const end = Date.parse(`${to}Z`);
  for (let time = Date.parse(`${from.slice(0, 13)}:00Z`); time < end; time += 3_600_000) {
    hours.push(new Date(time).toISOString().slice(0, 13));
  }
  return hours;
}
