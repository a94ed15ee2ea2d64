import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DependencyError } from '../errors';
import { batchGet } from '../kafka/dynamo/batches';
import type { Depth } from './book';
import { headPlace } from './book-keys';
import { type Item, readDepth, readMarket } from './book-rows';

/** An item's market as it was after the newest write. */
export interface MarketView extends Depth {
  readonly item: string;
  /** Version of the book; the same as `revision` on the topic market-data. */
  readonly revision: number;
  /** Number of trades so far. */
  readonly sequence: number;
  /** Quantity traded so far; text, as it may pass 2⁵³. */
  readonly volume: string;
  readonly last_price?: string;
  /** When the last command was given, ISO 8601. */
  readonly time?: string;
}

/** The reading side of what the order book keeps. */
export interface BookReader {
  /** The best levels of both sides, at most so many a side and never more than 20; undefined when no order ever came. */
  market(item: string, levels?: number): Promise<MarketView | undefined>;
  /** The price of each item's last trade; items that never traded are left out. Items must be distinct. */
  lastPrices(items: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** What the head row holds for readers. It is read eventually consistent: a book is past by the time it is shown anyway. */
const SHOWN = ['pk', 'version', 'market', 'depth'];

export function createDynamoBookReader(client: DynamoDBClient, table: string): BookReader {
  return {
    async market(item, levels = 20) {
      const { pk, sk } = headPlace(item);
      const names = Object.fromEntries(SHOWN.map((name, index) => [`#n${index}`, name]));
      const { Item } = await answered(table, () =>
        client.send(
          new GetItemCommand({
            TableName: table,
            Key: { pk: { S: pk }, sk: { S: sk } },
            ProjectionExpression: Object.keys(names).join(','),
            ExpressionAttributeNames: names,
          }),
        ),
      );
      return Item && view(item, Item, levels);
    },

    async lastPrices(items) {
      const byPk = new Map(items.map((item) => [headPlace(item).pk, item]));
      const keys = items.map(headPlace).map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } }));
      const rows = await answered(table, () => batchGet(client, table, keys, { projection: ['pk', 'market'] }));
      return new Map(
        rows.flatMap((row) => {
          const price = readMarket(row).lastPrice;
          return price === undefined ? [] : [[byPk.get((row.pk as { S: string }).S) as string, price] as const];
        }),
      );
    },
  };
}

function view(item: string, row: Item, levels: number): MarketView {
  const { sequence, volume, lastPrice, time } = readMarket(row);
  const { bids, asks } = readDepth(row);
  return {
    item,
    revision: Number(row.version?.N),
    sequence,
    volume: String(volume),
    ...(lastPrice === undefined ? {} : { last_price: lastPrice }),
    ...(time === undefined ? {} : { time }),
    bids: bids.slice(0, levels),
    asks: asks.slice(0, levels),
  };
}

async function answered<T>(table: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new DependencyError('dynamodb_unavailable', `DynamoDB did not answer a read of ${table}`, { cause });
  }
}
