import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { MAX_WAIT_SECONDS, MAX_WAITING } from '../api/limits';
import { toAttributes } from '../kafka/dynamo/attributes';

/**
 * Bounds how many requests wait at once, over all environments: a request that waits holds its environment, which answers
 * nothing else meanwhile, and there are only so many.
 */
export interface WaitingRoom {
  /**
   * Takes a place for at most so many milliseconds.
   *
   * @returns what gives it back; undefined when no place is free, and then one does not wait
   */
  enter(milliseconds: number): Promise<(() => Promise<void>) | undefined>;
}

const ROOM = 'waiting';
/** What a place is kept beyond the wait that it is for; of an environment that died it is free again then. */
const MARGIN_MS = 5_000;
/** Somebody may take the free place that was seen; whoever finds three taken does not wait. */
const TRIES = 3;

/**
 * The places as rows of a table with keys `pk` and `sk`: each says until when it is taken, and by whom.
 *
 * @param now epoch milliseconds, since environments must agree
 */
export function createDynamoWaitingRoom(client: DynamoDBClient, table: string, now: () => number): WaitingRoom {
  const places = Array.from({ length: MAX_WAITING }, (_, place) => String(place).padStart(4, '0'));
  /** After a step of the clock, a place would be taken for as long as the step was. */
  const furthest = () => now() + MAX_WAIT_SECONDS * 1_000 + MARGIN_MS;

  async function freePlaces(): Promise<string[]> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :room',
        ExpressionAttributeValues: { ':room': { S: ROOM } },
        ConsistentRead: true,
      }),
    );
    const isTaken = (until: number) => until > now() && until <= furthest();
    const taken = new Set(Items.filter((row) => isTaken(Number(row.until?.N))).map((row) => row.sk?.S));
    return places.filter((place) => !taken.has(place));
  }

  async function put(
    place: string,
    holder: string,
    until: number,
    condition: string,
    values: object,
  ): Promise<boolean> {
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: toAttributes({ pk: ROOM, sk: place, holder, until }),
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#field': condition.includes('#field =') ? 'holder' : 'until' },
          ExpressionAttributeValues: { ...values },
        }),
      );
      return true;
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }

  return {
    async enter(milliseconds) {
      const holder = randomUUID();
      for (let left = TRIES; left > 0; left--) {
        const free = await freePlaces();
        const place = free[Math.floor(Math.random() * free.length)];
        if (place === undefined) return undefined;
        const until = now() + milliseconds + MARGIN_MS;
        const isFree = 'attribute_not_exists(pk) OR #field <= :now OR #field > :furthest';
        const times = { ':now': { N: String(now()) }, ':furthest': { N: String(furthest()) } };
        if (!(await put(place, holder, until, isFree, times))) continue;
        return async () => {
          // What cannot be given back is free when its time is over.
          await put(place, holder, 0, '#field = :holder', { ':holder': { S: holder } }).catch(() => {});
        };
      }
      return undefined;
    },
  };
}
