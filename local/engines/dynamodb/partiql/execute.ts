import { type Attribute, createKey, type Item, itemSize, mapPath, type Table, validateKey } from 'dynalite/db';
import { validateAttributeValue } from 'dynalite/validations';
import { act, actAtOnce, type Input, type Output, type Types, validatedBy } from '../actions';
import { dynamodbError, errorName, isApiError, validationError } from '../errors';
import type { Store } from '../store';
import { digestOf, once, runTogether, type Step } from '../transactions';
import { type Compiled, compileCondition, conjunction, itemOf, keyNames, splitKey, wholeKey } from './compile';
import { type Path, parseStatement, type Statement } from './parse';
import { updatesOf } from './updates';

type Write = Extract<Statement, { type: 'insert' | 'update' | 'delete' }>;
type Select = Extract<Statement, { type: 'select' }>;

const CAPACITY: Types = { ReturnConsumedCapacity: { type: 'String', enum: ['INDEXES', 'TOTAL', 'NONE'] } };
const ONE: Types = {
  Statement: { type: 'String', notNull: true, lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 8192 },
  Parameters: { type: 'List', lengthGreaterThanOrEqual: 1, children: 'AttrStruct<ValueStruct>' },
  ReturnValuesOnConditionCheckFailure: { type: 'String', enum: ['ALL_OLD', 'NONE'] },
};
const SINGLE: Types = {
  ...ONE,
  ...CAPACITY,
  ConsistentRead: 'Boolean',
  NextToken: { type: 'String', lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 32768 },
  Limit: { type: 'Integer', greaterThanOrEqual: 1 },
};
const BATCH: Types = {
  ...CAPACITY,
  Statements: {
    type: 'List',
    notNull: true,
    lengthGreaterThanOrEqual: 1,
    lengthLessThanOrEqual: 25,
    children: { type: 'ValueStruct<BatchStatementRequest>', children: { ...ONE, ConsistentRead: 'Boolean' } },
  },
};
const TRANSACTION: Types = {
  ...CAPACITY,
  ClientRequestToken: { type: 'String', lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 36 },
  TransactStatements: {
    type: 'List',
    notNull: true,
    lengthGreaterThanOrEqual: 1,
    lengthLessThanOrEqual: 100,
    children: { type: 'ValueStruct<ParameterizedStatement>', children: ONE },
  },
};

interface Request extends Input {
  readonly Statement: string;
  readonly Parameters?: readonly Attribute[];
  readonly ReturnValuesOnConditionCheckFailure?: string;
  readonly ConsistentRead?: boolean;
}

/** A statement and the values for its question marks. */
interface Bound<S extends Statement = Statement> {
  readonly statement: S;
  readonly parameters: readonly Attribute[];
  readonly request: Request;
}

export async function executeStatement(store: Store, input: Input): Promise<Output> {
  const data = validatedBy(store, SINGLE, input) as Request;
  const bound = bind(data);
  const { statement } = bound;
  if (isWrite(bound)) {
    const result = runWrite(store, writeStep(store, bound), data.ReturnConsumedCapacity);
    const { Attributes, ConsumedCapacity } = result;
    return {
      Items: statement.type !== 'insert' && Attributes ? [Attributes] : [],
      ...(ConsumedCapacity ? { ConsumedCapacity } : {}),
    };
  }
  return runSelect(store, bound as Bound<Select>);
}

/** Each statement stands for itself; all are answered with one write to the disk. */
export function batchExecuteStatement(store: Store, input: Input): Output {
  const data = validatedBy(store, BATCH, input);
  const requests = data.Statements as readonly Request[];
  const bounds = requests.map((request) => attempt(() => bind(request)));
  const kinds = new Set(bounds.flatMap((bound) => (isFailure(bound) ? [] : [isWrite(bound)])));
  if (kinds.size > 1) throw validationError('A batch holds statements that read, or statements that write, not both');
  const prepared = bounds.map((bound) => (isFailure(bound) ? bound : attempt(() => stepOf(store, bound))));
  assertNoItemTwice(
    store,
    prepared.flatMap((one) => (isFailure(one) ? [] : [one])),
  );
  const units = new Map<string, number>();
  const Responses = prepared.map((step, i) => {
    const bound = bounds[i] as Bound;
    const TableName = isFailure(bound) ? undefined : bound.statement.table;
    const result = isFailure(step) ? step : attempt(() => runStep(store, step, data.ReturnConsumedCapacity, bound));
    const named = TableName === undefined ? {} : { TableName };
    if (isFailure(result)) return { ...named, Error: result.failure };
    const { Item, ConsumedCapacity } = result;
    if (ConsumedCapacity && TableName !== undefined) {
      const { CapacityUnits } = ConsumedCapacity as { CapacityUnits: number };
      units.set(TableName, (units.get(TableName) ?? 0) + CapacityUnits);
    }
    return { ...named, ...(Item ? { Item } : {}) };
  });
  return { Responses, ...totals(units) };
}

/** All statements, or none. */
export function executeTransaction(store: Store, input: Input): Output {
  const digest = digestOf(input);
  const data = validatedBy(store, TRANSACTION, input);
  const bounds = (data.TransactStatements as readonly Request[]).map(bind);
  const reads = bounds.every((bound) => !isWrite(bound) && !(bound.statement as Select).exists);
  const steps = bounds.map((bound) => {
    if (isWrite(bound)) return writeStep(store, bound);
    if (!reads && !(bound.statement as Select).exists) {
      throw validationError('A transaction holds statements that read, or statements that write, not both');
    }
    return reads ? getStep(store, bound as Bound<Select>) : checkStep(store, bound as Bound<Select>);
  });
  return once(store, data.ClientRequestToken as string | undefined, digest, () => {
    const { results } = runTogether(store, steps, data.ReturnConsumedCapacity);
    const units = new Map<string, number>();
    results.forEach(({ ConsumedCapacity }, i) => {
      const { CapacityUnits = 0 } = (ConsumedCapacity ?? {}) as { CapacityUnits?: number };
      const table = (bounds[i] as Bound).statement.table;
      if (ConsumedCapacity) units.set(table, (units.get(table) ?? 0) + 2 * CapacityUnits);
    });
    const Responses = results.map(({ Item }, i) => {
      const projected = reads ? projection(bounds[i] as Bound<Select>, Item as Item | undefined) : undefined;
      return projected ? { Item: projected } : {};
    });
    return { Responses, ...totals(units) };
  });
}

const totals = (units: ReadonlyMap<string, number>): Output =>
  units.size === 0
    ? {}
    : { ConsumedCapacity: [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits })) };

/** Statements come again and again with other parameters. */
const parsed = new Map<string, Statement>();
const MOST_PARSED = 1_000;

function bind(request: Request): Bound {
  const { Statement: text, Parameters: parameters = [] } = request;
  let statement = parsed.get(text);
  if (!statement) {
    statement = parseStatement(text);
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(text, statement);
  }
  if (statement.parameters !== parameters.length) {
    throw validationError("Number of parameters in request and statement don't match.");
  }
  for (const parameter of parameters) {
    const message = validateAttributeValue(parameter);
    if (message) throw validationError(message);
  }
  return { statement, parameters, request };
}

const isWrite = (bound: Bound): bound is Bound<Write> => bound.statement.type !== 'select';

function stepOf(store: Store, bound: Bound): Step {
  return isWrite(bound) ? writeStep(store, bound) : getStep(store, bound as Bound<Select>);
}

function runStep(store: Store, step: Step, ReturnConsumedCapacity: unknown, bound: Bound): Output {
  if (step.action !== 'GetItem') {
    const { Attributes, ConsumedCapacity } = runWrite(store, step, ReturnConsumedCapacity);
    return { ...(Attributes ? { Item: Attributes } : {}), ConsumedCapacity };
  }
  const { Item, ConsumedCapacity } = act(store, 'GetItem', { ...step.data, ReturnConsumedCapacity }) as Output;
  return { Item: projection(bound as Bound<Select>, Item as Item | undefined), ConsumedCapacity };
}

/** An INSERT that finds an item says so in its own way. */
function runWrite(store: Store, { action, data }: Step, ReturnConsumedCapacity: unknown): Output {
  try {
    return actAtOnce(store, action, { ...data, ReturnConsumedCapacity });
  } catch (error) {
    if (action !== 'PutItem' || !isApiError(error) || errorName(error) !== 'ConditionalCheckFailedException')
      throw error;
    const { Item } = error.body;
    throw dynamodbError(
      'DuplicateItemException',
      'Duplicate primary key exists in table',
      Item === undefined ? {} : { Item },
    );
  }
}

function writeStep(store: Store, { statement, parameters, request }: Bound<Write>): Step {
  const table = store.table(statement.table);
  const common = {
    TableName: statement.table,
    ReturnValuesOnConditionCheckFailure: request.ReturnValuesOnConditionCheckFailure,
  };
  const [partition = ''] = keyNames(table);
  if (statement.type === 'insert') {
    const item = itemOf(statement.value, parameters);
    if (itemSize(item) > store.options.maxItemSize) {
      throw validationError('Item size has exceeded the maximum allowed size');
    }
    const isNew: Compiled = { type: 'function', name: 'attribute_not_exists', args: [[partition]] };
    return { action: 'PutItem', data: { ...common, Item: item, _condition: { expression: isNew } } };
  }
  const { key, rest } = wholeKey(statement, table, parameters);
  const conditions = rest.map((part) => compileCondition(part, parameters));
  const data = { ...common, Key: key, ReturnValues: statement.returning };
  if (statement.type === 'delete') {
    const expression = conjunction(conditions);
    return { action: 'DeleteItem', data: { ...data, ...(expression ? { _condition: { expression } } : {}) } };
  }
  const exists: Compiled = { type: 'function', name: 'attribute_exists', args: [[partition]] };
  const expression = conjunction([exists, ...conditions]);
  return {
    action: 'UpdateItem',
    data: { ...data, _condition: { expression }, _updates: updatesOf(statement, parameters) },
  };
}

function getStep(store: Store, { statement, parameters, request }: Bound<Select>): Step {
  const table = store.table(statement.table);
  const { key, rest } = wholeKey(statement, table, parameters);
  if (rest.length > 0 || statement.index !== undefined) {
    throw validationError('A statement that reads in a batch or a transaction names a key, and nothing else');
  }
  return { action: 'GetItem', data: { TableName: statement.table, Key: key, ConsistentRead: request.ConsistentRead } };
}

function checkStep(store: Store, { statement, parameters, request }: Bound<Select>): Step {
  const table = store.table(statement.table);
  const { key, rest } = wholeKey(statement, table, parameters);
  const [partition = ''] = keyNames(table);
  const exists: Compiled = { type: 'function', name: 'attribute_exists', args: [[partition]] };
  const expression = conjunction([exists, ...rest.map((part) => compileCondition(part, parameters))]);
  return {
    action: 'ConditionCheck',
    data: {
      TableName: statement.table,
      Key: key,
      _condition: { expression },
      ReturnValuesOnConditionCheckFailure: request.ReturnValuesOnConditionCheckFailure,
    },
  };
}

async function runSelect(store: Store, bound: Bound<Select>): Promise<Output> {
  const { statement, parameters, request } = bound;
  const { ReturnConsumedCapacity, ConsistentRead, Limit, NextToken } = request;
  const table = store.table(statement.table);
  const { TableName } = table;
  const keys = keyNames(statement.index === undefined ? table : indexOf(table, statement.index));
  const [partition = '', sort] = keys;
  const { key, rest } = splitKey(statement.where, keys, parameters);
  const conditions = rest.map((part) => compileCondition(part, parameters));
  const isQuery = Object.hasOwn(key, partition);
  if (statement.order && (!isQuery || statement.order.path.length !== 1 || statement.order.path[0] !== sort)) {
    throw validationError('ORDER BY takes the sort key of a table or index whose partition key the WHERE names');
  }
  const KeyConditions = Object.fromEntries(
    Object.entries(key).map(([name, value]) => [name, { ComparisonOperator: 'EQ', AttributeValueList: [value] }]),
  );
  const left = isQuery ? takeSortCondition(conditions, sort, KeyConditions) : conditions;
  const expression = conjunction(isQuery ? left : [...left, ...Object.entries(key).map(equality)]);
  const output = await act(store, isQuery ? 'Query' : 'Scan', {
    TableName,
    ...(statement.index === undefined ? {} : { IndexName: statement.index }),
    ...(isQuery ? { KeyConditions } : {}),
    ...(expression ? { _filter: { expression, pathHeads: {}, nestedPaths: {} } } : {}),
    ...(NextToken === undefined ? {} : { ExclusiveStartKey: readToken(NextToken as string) }),
    ...(statement.order?.descending ? { ScanIndexForward: false } : {}),
    ConsistentRead,
    Limit,
    ReturnConsumedCapacity,
  });
  const { Items, LastEvaluatedKey, ConsumedCapacity } = output as {
    Items: readonly Item[];
    LastEvaluatedKey?: Item;
    ConsumedCapacity?: unknown;
  };
  return {
    Items: Items.map((item) => projection(bound, item)),
    ...(LastEvaluatedKey ? { NextToken: tokenOf(LastEvaluatedKey), LastEvaluatedKey } : {}),
    ...(ConsumedCapacity ? { ConsumedCapacity } : {}),
  };
}

const RANGES: Readonly<Record<string, string>> = {
  '<': 'LT',
  '<=': 'LE',
  '>': 'GT',
  '>=': 'GE',
  between: 'BETWEEN',
  begins_with: 'BEGINS_WITH',
};

/** Adds one condition on the sort key to the key's; the rest remains to be filtered by. */
function takeSortCondition(conditions: readonly Compiled[], sort: string | undefined, KeyConditions: Input) {
  if (sort === undefined || Object.hasOwn(KeyConditions, sort)) return conditions;
  const taken = conditions.find((one) => {
    const { type, name, args = [] } = one as { type: string; name?: string; args?: readonly Compiled[] };
    const [path, ...values] = args;
    const operator = RANGES[type === 'function' ? (name ?? '') : type];
    if (!operator || !Array.isArray(path) || path.length !== 1 || path[0] !== sort) return false;
    if (values.some((value) => Array.isArray(value) || 'type' in value)) return false;
    KeyConditions[sort] = { ComparisonOperator: operator, AttributeValueList: values };
    return true;
  });
  return conditions.filter((one) => one !== taken);
}

const equality = ([name, value]: readonly [string, Attribute]): Compiled => ({ type: '=', args: [[name], value] });

function indexOf(table: Table, name: string) {
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const index = indexes.find(({ IndexName }) => IndexName === name);
  if (index) return index;
  throw validationError(`The table does not have the specified index: ${name}`);
}

/** The columns, by their last names; undefined for an item that is not there. */
function projection({ statement }: Bound<Select>, item: Item | undefined): Item | undefined {
  const { columns } = statement;
  if (!item || !columns) return item;
  const result: Item = {};
  for (const path of columns) {
    const value = mapPath(path, item);
    if (value != null) result[nameOf(path)] = value;
  }
  return result;
}

const nameOf = (path: Path): string => String(path.findLast((piece) => typeof piece === 'string'));

const tokenOf = (key: Item): string => Buffer.from(JSON.stringify(key)).toString('base64');

function readToken(token: string): Item {
  try {
    return JSON.parse(Buffer.from(token, 'base64').toString());
  } catch {
    throw validationError('Invalid NextToken');
  }
}

function assertNoItemTwice(store: Store, steps: readonly Step[]): void {
  const seen = new Set<string>();
  for (const { data } of steps) {
    const { TableName, Key, Item } = data as { TableName: string; Key?: Item; Item?: Item };
    const table = store.table(TableName);
    if (Key ? validateKey(Key, table) : keyNames(table).some((name) => Item?.[name] === undefined)) continue;
    let place: string;
    try {
      place = `${TableName} ${createKey(Key ?? Item ?? {}, table)}`;
    } catch {
      continue;
    }
    if (seen.has(place)) throw validationError('A batch of statements may name an item only once');
    seen.add(place);
  }
}

interface Failure {
  readonly failure: { readonly Code: string; readonly Message?: string; readonly Item?: unknown };
}

const isFailure = (value: object): value is Failure => 'failure' in value;

/** What a client did wrong becomes the statement's own error. */
function attempt<T extends object>(work: () => T): T | Failure {
  try {
    return work();
  } catch (error) {
    if (!isApiError(error)) throw error;
    const { message: Message, Item } = error.body;
    const name = errorName(error);
    const Code = name === 'ValidationException' ? 'ValidationError' : name.replace(/Exception$/, '');
    return {
      failure: { Code, ...(Message === undefined ? {} : { Message }), ...(Item === undefined ? {} : { Item }) },
    };
  }
}
