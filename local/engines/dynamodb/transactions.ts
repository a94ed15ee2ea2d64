import { createHash } from 'node:crypto';
import { createKey, type Item, itemSize, type Table, validateKey } from 'dynalite/db';
import { act, actAtOnce, checkRules, type Input, type Output, type Types, typesOf, validatedBy } from './actions';
import { dynamodbError, errorName, isApiError, validationError } from './errors';
import type { Store } from './store';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const MAX_BYTES = 4 * 1024 * 1024;
const TOKEN_LIVES_MS = 10 * 60_000;

/** One step of a transaction, as its action takes it; a check reads only. */
export interface Step {
  readonly action: 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheck' | 'GetItem';
  readonly data: Input;
}

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

const KINDS: Readonly<Record<string, Step['action']>> = {
  ConditionCheck: 'ConditionCheck',
  Put: 'PutItem',
  Delete: 'DeleteItem',
  Update: 'UpdateItem',
};

/** Its check, puts, deletes and updates all happen, or none does. No other request comes between. */
export function transactWriteItems(store: Store, input: Input): Output {
  const types = {
    ...capacityTypes(),
    ReturnItemCollectionMetrics: { type: 'String', enum: ['SIZE', 'NONE'] },
    ClientRequestToken: { type: 'String', lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 36 },
    TransactItems: itemsOf({
      ConditionCheck: structOf('ConditionCheck', typesOf('DeleteItem')),
      Put: structOf('Put', typesOf('PutItem')),
      Delete: structOf('Delete', typesOf('DeleteItem')),
      Update: structOf('Update', typesOf('UpdateItem')),
    }),
  };
  const digest = digestOf(input);
  const data = validatedBy(store, types, input);
  return once(store, data.ClientRequestToken as string | undefined, digest, () => {
    const steps = (data.TransactItems as readonly Input[]).map((entry) => writeStep(store, entry));
    const { results } = runTogether(store, steps, data.ReturnConsumedCapacity);
    return capacityOf(results);
  });
}

function writeStep(store: Store, entry: Input): Step {
  const [kind = '', ...more] = Object.keys(entry);
  const action = KINDS[kind];
  if (!action || more.length > 0) {
    throw validationError(
      'TransactItems can only contain one of Check, Put, Update or Delete, and each of them exactly one',
    );
  }
  const data = entry[kind] as Input;
  if (action === 'ConditionCheck' && data.ConditionExpression == null) {
    throw validationError("The parameter 'ConditionExpression' is required but was not present in the request");
  }
  if (action === 'UpdateItem' && data.UpdateExpression == null) {
    throw validationError("The parameter 'UpdateExpression' is required but was not present in the request");
  }
  checkRules(store, action === 'ConditionCheck' ? 'DeleteItem' : action, data);
  return { action, data };
}

/** Reads all items as they are at one moment. */
export function transactGetItems(store: Store, input: Input): Output {
  const types = {
    ...capacityTypes(),
    TransactItems: itemsOf({ Get: { ...structOf('Get', typesOf('GetItem')), notNull: true } }),
  };
  const data = validatedBy(store, types, input);
  const steps = (data.TransactItems as readonly { readonly Get: Input }[]).map(({ Get }): Step => {
    checkRules(store, 'GetItem', Get);
    return { action: 'GetItem', data: { ...Get, ConsistentRead: true } };
  });
  const { results } = runTogether(store, steps, data.ReturnConsumedCapacity);
  return {
    Responses: results.map(({ Item }) => (Item ? { Item } : {})),
    ...capacityOf(results),
  };
}

/**
 * Runs steps that name distinct items, all or none.
 *
 * @throws ApiError `TransactionCanceledException` with a reason for each step
 */
export function runTogether(
  store: Store,
  steps: readonly Step[],
  ReturnConsumedCapacity?: unknown,
): { readonly results: readonly Output[] } {
  assertDistinct(store, steps);
  return store.ledger.atomically(() => {
    const results: Output[] = [];
    const reasons: Reason[] = steps.map((step) => {
      try {
        results.push(run(store, { ...step, data: { ...step.data, ReturnConsumedCapacity } }));
        return { Code: 'None' };
      } catch (error) {
        return reasonOf(error);
      }
    });
    if (reasons.every(({ Code }) => Code === 'None')) return { results };
    const codes = reasons.map(({ Code }) => Code).join(', ');
    throw dynamodbError(
      'TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
      { CancellationReasons: reasons },
    );
  });
}

function run(store: Store, { action, data }: Step): Output {
  if (action === 'GetItem') return act(store, action, data) as Output;
  if (action !== 'ConditionCheck') return actAtOnce(store, action, data);
  // What it would do to the item is taken back again; left is whether the condition holds.
  let result: Output = {};
  try {
    store.ledger.atomically(() => {
      result = actAtOnce(store, 'DeleteItem', data);
      throw CHECKED;
    });
  } catch (error) {
    if (error !== CHECKED) throw error;
  }
  return result;
}

const CHECKED = new Error('checked');

const REASONS: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  DuplicateItemException: 'DuplicateItem',
  ValidationException: 'ValidationError',
};

function reasonOf(error: unknown): Reason {
  const Code = isApiError(error) ? REASONS[errorName(error)] : undefined;
  if (!Code || !isApiError(error)) throw error;
  const { message: Message, Item } = error.body;
  return { Code, ...(Message === undefined ? {} : { Message }), ...(Item === undefined ? {} : { Item }) };
}

function assertDistinct(store: Store, steps: readonly Step[]): void {
  const seen = new Set<string>();
  let bytes = 0;
  for (const { data } of steps) {
    const { TableName, Key, Item } = data as { TableName: string; Key?: Item; Item?: Item };
    const table = store.table(TableName);
    const key = Key ?? Item ?? {};
    const place = placeOf(key, table, Key !== undefined);
    if (place === undefined) continue;
    if (seen.has(place)) {
      throw validationError('Transaction request cannot include multiple operations on one item');
    }
    seen.add(place);
    bytes += itemSize(key);
  }
  if (bytes > MAX_BYTES) throw validationError('Transaction request exceeds the limit of 4 MB');
}

/** undefined for a key that does not fit, which the step itself will say. */
function placeOf(key: Item, table: Table, isKey: boolean): string | undefined {
  if (isKey && validateKey(key, table)) return undefined;
  try {
    return `${table.TableName} ${createKey(key, table)}`;
  } catch {
    return undefined;
  }
}

/** A transaction counts twice: it is prepared, and then committed. */
function capacityOf(results: readonly Output[]): Output {
  const units = new Map<string, number>();
  for (const { ConsumedCapacity } of results) {
    if (!ConsumedCapacity) continue;
    const { TableName, CapacityUnits } = ConsumedCapacity as { TableName: string; CapacityUnits: number };
    units.set(TableName, (units.get(TableName) ?? 0) + 2 * CapacityUnits);
  }
  if (units.size === 0) return {};
  return { ConsumedCapacity: [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits })) };
}

interface Token {
  readonly digest: string;
  readonly at: number;
  readonly result: Output;
}

/** Runs a request with a token once within ten minutes; that it ran is written along with what it wrote. */
export function once(store: Store, token: string | undefined, digest: string, work: () => Output): Output {
  if (token === undefined) return work();
  const known = store.tokens.value(token) as Token | undefined;
  if (known && Date.now() - known.at < TOKEN_LIVES_MS) {
    if (known.digest === digest) return known.result;
    throw dynamodbError(
      'IdempotentParameterMismatchException',
      'A request with the same ClientRequestToken and other parameters was made within the last ten minutes',
    );
  }
  return store.ledger.atomically(() => {
    const result = work();
    store.tokens.put(token, { digest, at: Date.now(), result } satisfies Token);
    return result;
  });
}

/** Removes what is remembered of requests for longer than they may be repeated. */
export async function forgetTokens(store: Store): Promise<void> {
  for await (const chunk of store.tokens.entries({})) {
    for (const [token, value] of chunk) {
      if (Date.now() - (value as Token).at >= TOKEN_LIVES_MS) store.tokens.put(token, undefined);
    }
  }
}

export const digestOf = (input: Input): string => createHash('sha256').update(JSON.stringify(input)).digest('base64');

const capacityTypes = (): Types => ({
  ReturnConsumedCapacity: { type: 'String', enum: ['INDEXES', 'TOTAL', 'NONE'] },
});

const itemsOf = (children: Types): Types => ({
  type: 'List',
  notNull: true,
  lengthGreaterThanOrEqual: 1,
  lengthLessThanOrEqual: 100,
  children: { type: 'ValueStruct<TransactItem>', children },
});

const structOf = (name: string, children: Types): Types => ({ type: `FieldStruct<${name}>`, children });
