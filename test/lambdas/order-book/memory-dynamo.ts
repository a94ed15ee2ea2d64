import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;
interface Input {
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Item;
  readonly RequestItems?: Record<
    string,
    { readonly Keys?: Item[] } & { readonly PutRequest: { readonly Item: Item } }[]
  >;
}

export interface MemoryDynamoOptions {
  /** Asked before and after each call; throws to break it there. After it, the call has had its effect. */
  readonly trouble?: (call: { readonly item: Item | undefined }) => void;
  /** Awaited around each call. */
  readonly turn?: (call: { readonly item: Item | undefined }) => Promise<void>;
  /** A table that others write to as well. */
  readonly items?: Map<string, Item>;
}

/** The part of DynamoDB that books use, for one table with keys `pk` and `sk`. */
export class MemoryDynamo {
  readonly items: Map<string, Item>;
  /** Calls by command. */
  readonly calls: Record<string, number> = {};

  constructor(private readonly options: MemoryDynamoOptions = {}) {
    this.items = options.items ?? new Map();
  }

  get client(): DynamoDBClient {
    return this as unknown as DynamoDBClient;
  }

  async send(command: { readonly input: Input; readonly constructor: { readonly name: string } }): Promise<unknown> {
    const call = { item: command.input.Item };
    await this.options.turn?.(call);
    this.options.trouble?.(call);
    const { name } = command.constructor;
    this.calls[name] = (this.calls[name] ?? 0) + 1;
    const answer = this.#answer(name, command.input);
    this.options.trouble?.(call);
    await this.options.turn?.(call);
    return answer;
  }

  #answer(name: string, input: Input): unknown {
    switch (name) {
      case 'PutItemCommand':
        return this.#put(input);
      case 'GetItemCommand':
        return { Item: this.items.get(place(input.Key as Item)) };
      case 'BatchGetItemCommand':
        return { Responses: this.#batchGet(input) };
      case 'BatchWriteItemCommand':
        for (const requests of Object.values(input.RequestItems ?? {})) {
          for (const { PutRequest } of requests) this.items.set(place(PutRequest.Item), PutRequest.Item);
        }
        return {};
      default:
        throw new Error(`${name} is not known here`);
    }
  }

  #put({ Item, ConditionExpression, ExpressionAttributeValues }: Input) {
    const item = Item as Item;
    const before = this.items.get(place(item));
    const version = Number(ExpressionAttributeValues?.[':version']?.N ?? ExpressionAttributeValues?.[':before']?.N);
    const holds = {
      'attribute_not_exists(pk)': !before,
      'version = :version': Number(before?.version?.N) === version,
      'version = :before': Number(before?.version?.N) === version,
      'attribute_not_exists(pk) OR version <= :version': !before || Number(before.version?.N) <= version,
    }[ConditionExpression as string];
    if (holds === undefined) throw new Error(`Condition ${ConditionExpression} is not known here`);
    if (!holds)
      throw Object.assign(new Error('The condition does not hold'), { name: 'ConditionalCheckFailedException' });
    const bytes = Object.values(item).reduce((sum, { S, B }) => sum + (S?.length ?? 0) + (B?.byteLength ?? 0), 0);
    if (bytes > 400_000) throw Object.assign(new Error('Item size exceeded'), { name: 'ValidationException' });
    this.items.set(place(item), item);
    return {};
  }

  #batchGet({ RequestItems = {} }: Input): Record<string, Item[]> {
    return Object.fromEntries(
      Object.entries(RequestItems).map(([table, { Keys = [] }]) => {
        if (new Set(Keys.map(place)).size < Keys.length) throw new Error('Keys repeat, which BatchGetItem refuses');
        return [table, Keys.map((key) => this.items.get(place(key))).filter((item) => item !== undefined)];
      }),
    );
  }
}

const place = ({ pk, sk }: Item) => `${pk?.S}\u0000${sk?.S}`;
