import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { TableModel } from '../model';

/**
 * Creates the tables that are missing and switches their time to live on; one that exists keeps its items.
 *
 * @param endpoint `http://127.0.0.1:8000`
 * @returns a line for each table whose keys or indexes are no longer those of the template.
 */
export async function createTables(endpoint: string, tables: readonly TableModel[]): Promise<readonly string[]> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const warnings = await Promise.all(tables.map((table) => createTable(client, table)));
    return warnings.filter((warning) => warning !== undefined);
  } finally {
    client.destroy();
  }
}

async function createTable(client: DynamoDBClient, table: TableModel): Promise<string | undefined> {
  const input = table.create as unknown as CreateTableCommandInput;
  const existing = await describe(client, table.name);
  if (existing === undefined) {
    await client.send(new CreateTableCommand(input)).catch((error) => {
      if (!(error instanceof ResourceInUseException)) throw error;
    });
  }
  await enableTimeToLive(client, table);
  return existing !== undefined && existing !== shape(input)
    ? `Table ${table.name} has other keys or indexes than the template; \`orderflow reset\` makes it anew`
    : undefined;
}

async function describe(client: DynamoDBClient, name: string): Promise<string | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    return shape({ KeySchema: Table?.KeySchema, GlobalSecondaryIndexes: Table?.GlobalSecondaryIndexes });
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

interface KeyElement {
  readonly AttributeName: string | undefined;
  readonly KeyType: string | undefined;
}
interface Shape {
  readonly KeySchema?: readonly KeyElement[];
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName?: string;
    readonly KeySchema?: readonly KeyElement[];
  }[];
}

/** Keys of the table and of its global indexes as comparable text. */
export const shape = ({ KeySchema, GlobalSecondaryIndexes = [] }: Shape): string => {
  const keys = (schema: readonly KeyElement[] = []) =>
    schema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).sort();
  const indexes = GlobalSecondaryIndexes.map((index) => [index.IndexName, keys(index.KeySchema)]);
  return JSON.stringify([keys(KeySchema), indexes.sort(([a], [b]) => String(a).localeCompare(String(b)))]);
};

async function enableTimeToLive(client: DynamoDBClient, table: TableModel): Promise<void> {
  if (table.timeToLiveAttribute === undefined) return;
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table.name }));
  if (TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED') return;
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: table.name,
      TimeToLiveSpecification: { AttributeName: table.timeToLiveAttribute, Enabled: true },
    }),
  );
}
