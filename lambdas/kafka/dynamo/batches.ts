import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DependencyError, OrderflowError } from '../../errors';
import { runBounded } from '../run-bounded';

type Item = Record<string, AttributeValue>;

/** An item of the call does not fit, or breaks another rule: the same call will never succeed. */
export class ItemRefusedError extends OrderflowError {
  readonly code = 'item_refused';
  readonly retriable = false;
  constructor(cause: Error) {
    super(`DynamoDB refuses an item: ${cause.message}`, { cause });
  }
}

/** Limits of the API: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const GET_LIMIT = 100;
const PUT_LIMIT = 25;
const CALLS_AT_ONCE = 8;
const TRIES = 5;

/** Reads items by key, strongly consistent; those that do not exist are left out. Keys must be distinct. */
export async function batchGet(
  client: DynamoDBClient,
  table: string,
  keys: readonly Item[],
  { projection }: { projection?: readonly string[] } = {},
): Promise<Item[]> {
  const found: Item[] = [];
  await inChunks(keys, GET_LIMIT, async (chunk) => {
    const names = projection && {
      ProjectionExpression: projection.map((_, index) => `#n${index}`).join(','),
      ExpressionAttributeNames: Object.fromEntries(projection.map((name, index) => [`#n${index}`, name])),
    };
    await untilProcessed(chunk, async (rest) => {
      const answer = await client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: rest, ConsistentRead: true, ...names } } }),
      );
      found.push(...(answer.Responses?.[table] ?? []));
      return answer.UnprocessedKeys?.[table]?.Keys ?? [];
    });
  });
  return found;
}

/**
 * Puts items without a condition; keys must be distinct.
 *
 * @throws ItemRefusedError
 */
export async function batchPut(client: DynamoDBClient, table: string, items: readonly Item[]): Promise<void> {
  await inChunks(items, PUT_LIMIT, (chunk) =>
    untilProcessed(chunk, async (rest) => {
      const answer = await client
        .send(new BatchWriteItemCommand({ RequestItems: { [table]: rest.map((Item) => ({ PutRequest: { Item } })) } }))
        .catch((error: Error) => {
          throw error.name === 'ValidationException' ? new ItemRefusedError(error) : error;
        });
      return (answer.UnprocessedItems?.[table] ?? []).flatMap(({ PutRequest }) =>
        PutRequest?.Item ? [PutRequest.Item] : [],
      );
    }),
  );
}

/** What a throttled table leaves over is sent again, a few times; then the caller's backoff takes over. */
async function untilProcessed(items: readonly Item[], send: (rest: Item[]) => Promise<Item[]>): Promise<void> {
  let rest = [...items];
  for (let attempt = 0; rest.length > 0; attempt++) {
    if (attempt === TRIES)
      throw new DependencyError('dynamodb_throttled', `DynamoDB left ${rest.length} items unprocessed`);
    rest = await send(rest);
  }
}

async function inChunks(items: readonly Item[], size: number, work: (chunk: Item[]) => Promise<void>): Promise<void> {
  const chunks: Item[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  await runBounded(chunks, CALLS_AT_ONCE, work);
}
