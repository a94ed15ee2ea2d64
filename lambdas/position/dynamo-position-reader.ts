import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { DependencyError } from '../errors';
import { readState } from '../kafka/fold/state-item';
import { averagePrice, unrealisedProfit } from './holding';
import type { Position } from './position';
import { userPartition } from './position-key';

/** A user's position in an item, valued at the item's last price. Money and quantities are text, exact but for the average. */
export interface PositionView {
  readonly item: string;
  /** Version of the position; the same as `revision` on the topic positions. */
  readonly revision: number;
  /** Net quantity, negative when more was sold than bought. */
  readonly quantity: string;
  readonly cost: string;
  /** Rounded to 8 decimals, half to even; absent when nothing is held. */
  readonly average_price?: string;
  readonly realised_profit: string;
  /** Absent when the item's last price is not known. */
  readonly last_price?: string;
  readonly unrealised_profit?: string;
  /** Of the newest trade, ISO 8601. */
  readonly time?: string;
}

/** A page of a user's positions, by item. */
export interface PositionPage {
  readonly positions: readonly PositionView[];
  /** The item after which the next page begins; absent on the last. */
  readonly next?: string;
}

/** The reading side of what the position consumer keeps. */
export interface PositionReader {
  /** Positions of a user in the order of their items' names; those that were closed show their profit. */
  positionsOf(user: string, limit: number, after?: string): Promise<PositionPage>;
}

/** Where the last prices come from. */
export interface LastPrices {
  lastPrices(items: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

const ITEM = 'item#';

export function createDynamoPositionReader(client: DynamoDBClient, table: string, market: LastPrices): PositionReader {
  return {
    async positionsOf(user, limit, after) {
      const { rows, next } = await query(user, limit, after);
      const prices = rows.length === 0 ? new Map() : await market.lastPrices(rows.map(({ item }) => item));
      const positions = rows.map(({ item, revision, position }) => view(item, revision, position, prices.get(item)));
      return { positions, ...(next === undefined ? {} : { next }) };
    },
  };

  async function query(user: string, limit: number, after: string | undefined) {
    const pk = { S: userPartition(user) };
    const command = new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :user AND begins_with(sk, :item)',
      ExpressionAttributeValues: { ':user': pk, ':item': { S: ITEM } },
      ProjectionExpression: 'sk, version, #row',
      ExpressionAttributeNames: { '#row': 'row' },
      Limit: limit,
      ...(after === undefined ? {} : { ExclusiveStartKey: { pk, sk: { S: `${ITEM}${after}` } } }),
    });
    try {
      const { Items = [], LastEvaluatedKey } = await client.send(command);
      return { rows: Items.map(readRow), next: LastEvaluatedKey?.sk?.S?.slice(ITEM.length) };
    } catch (cause) {
      throw new DependencyError('dynamodb_unavailable', `DynamoDB did not answer a query of ${table}`, { cause });
    }
  }
}

function readRow(row: Record<string, AttributeValue>) {
  const { version, state } = readState(row);
  return { item: (row.sk as { S: string }).S.slice(ITEM.length), revision: version, position: state as Position };
}

function view(item: string, revision: number, position: Position, lastPrice: string | undefined): PositionView {
  const average = averagePrice(position);
  return {
    item,
    revision,
    quantity: position.quantity,
    cost: position.cost,
    ...(average === undefined ? {} : { average_price: average }),
    realised_profit: position.realised,
    ...(lastPrice === undefined
      ? {}
      : { last_price: lastPrice, unrealised_profit: unrealisedProfit(position, lastPrice) }),
    ...(position.time === undefined ? {} : { time: position.time }),
  };
}
