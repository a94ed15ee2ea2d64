import { type Index, type Item, type KeyElement, type Table, updateIndexes } from 'dynalite/db';
import type { Input, Output } from './actions';
import { dynamodbError, validationError } from './errors';
import type { Store } from './store';

interface Creation {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: Index['Projection'];
  readonly ProvisionedThroughput?: object;
}
interface Change {
  readonly Create?: Creation;
  readonly Delete?: { readonly IndexName: string };
}

/** Whether an UpdateTable makes or removes an index, which dynalite does not know. */
export const changesIndexes = ({ GlobalSecondaryIndexUpdates: changes }: Input): boolean =>
  Array.isArray(changes) && changes.some((change) => change?.Create || change?.Delete);

/** Makes or removes one index, and answers when it is done. */
export async function changeIndexes(store: Store, input: Input): Promise<Output> {
  const { TableName, AttributeDefinitions = [] } = input as { TableName: string } & Partial<Table>;
  const changes = input.GlobalSecondaryIndexUpdates as readonly Change[];
  const [{ Create, Delete } = {}, ...more] = changes;
  if (more.length > 0) {
    throw dynamodbError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  }
  const table = store.table(TableName);
  if (Create) {
    const index = newIndex(table, { ...Create }, AttributeDefinitions);
    const known = new Set(table.AttributeDefinitions.map(({ AttributeName }) => AttributeName));
    const TableDescription = {
      ...table,
      AttributeDefinitions: [
        ...table.AttributeDefinitions,
        ...AttributeDefinitions.filter(({ AttributeName }) => !known.has(AttributeName)),
      ],
      GlobalSecondaryIndexes: [...(table.GlobalSecondaryIndexes ?? []), index],
    };
    store.tableDb.put(TableName, TableDescription);
    await fillIndexes(store, TableName);
    return { TableDescription: { ...TableDescription, TableStatus: 'UPDATING' } };
  }
  const name = Delete?.IndexName ?? '';
  const { GlobalSecondaryIndexes = [], ...rest } = table;
  const left = GlobalSecondaryIndexes.filter(({ IndexName }) => IndexName !== name);
  if (left.length === GlobalSecondaryIndexes.length) {
    throw dynamodbError('ResourceNotFoundException', `Requested resource not found: Index: ${name} not found`);
  }
  const TableDescription = { ...rest, ...(left.length > 0 && { GlobalSecondaryIndexes: left }) };
  store.tableDb.put(TableName, TableDescription);
  await new Promise<void>((resolve, reject) => {
    store.deleteIndexDb('global', TableName, name, (error) => (error ? reject(error) : resolve()));
  });
  return { TableDescription: { ...TableDescription, TableStatus: 'UPDATING' } };
}

function newIndex(table: Table, creation: Creation, definitions: Table['AttributeDefinitions']) {
  const { IndexName, KeySchema, Projection } = creation;
  if (!IndexName || !Array.isArray(KeySchema) || KeySchema.length === 0 || !Projection?.ProjectionType) {
    throw validationError(
      'One or more parameter values were invalid: an index has a name, a key schema and a projection',
    );
  }
  if (table.GlobalSecondaryIndexes?.some((index) => index.IndexName === IndexName)) {
    throw validationError(`Attempting to create an index which already exists: ${IndexName}`);
  }
  const defined = new Set([...table.AttributeDefinitions, ...definitions].map(({ AttributeName }) => AttributeName));
  const missing = KeySchema.find(({ AttributeName }) => !defined.has(AttributeName));
  if (missing) {
    throw validationError(
      `One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [${missing.AttributeName}], AttributeDefinitions: [${[...defined].join(', ')}]`,
    );
  }
  return {
    IndexName,
    KeySchema,
    Projection,
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, ...creation.ProvisionedThroughput },
    IndexArn: `${(table as Table & { TableArn?: string }).TableArn}/index/${IndexName}`,
    IndexSizeBytes: 0,
    ItemCount: 0,
    IndexStatus: 'CREATING',
  };
}

/** Writes the rows of indexes that are being made, from the items as each is when its turn comes. */
export async function fillIndexes(store: Store, name: string): Promise<void> {
  const items = store.getItemDb(name);
  for await (const chunk of items.entries({})) {
    for (const [key] of chunk) {
      const item = items.value(key) as Item | undefined;
      if (item) updateIndexes(store, store.table(name), undefined, item, () => {});
    }
    await store.ledger.written();
  }
  const table = store.table(name);
  const GlobalSecondaryIndexes = table.GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: 'ACTIVE' }));
  store.tableDb.put(name, {
    ...table,
    TableStatus: 'ACTIVE',
    ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }),
  });
}
