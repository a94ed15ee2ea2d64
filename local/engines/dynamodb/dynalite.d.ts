/** What this engine takes of dynalite, which comes without types: the rules of requests, expressions, keys and indexes. */

declare module 'dynalite/db' {
  export type Attribute = Readonly<Record<string, unknown>>;
  export type Item = Record<string, Attribute>;
  export interface KeyElement {
    readonly AttributeName: string;
    readonly KeyType: 'HASH' | 'RANGE';
  }
  export interface Index {
    readonly IndexName: string;
    readonly IndexStatus?: string;
    readonly KeySchema: readonly KeyElement[];
    readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
  }
  export interface Table {
    readonly TableName: string;
    readonly TableStatus: string;
    readonly KeySchema: readonly KeyElement[];
    readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
    readonly GlobalSecondaryIndexes?: readonly Index[];
    readonly LocalSecondaryIndexes?: readonly Index[];
  }
  export function createKey(item: Item, table: Table): string;
  export function validateKey(key: Item, table: Table): Error | null | undefined;
  export function updateIndexes(
    store: unknown,
    table: Table,
    before: Item | undefined,
    after: Item,
    callback: () => void,
  ): void;
  export function itemSize(item: Item): number;
  export function mapPath(path: readonly (string | number)[], item: Item): Attribute | null | undefined;
}

declare module 'dynalite/validations' {
  export function checkTypes(data: unknown, types: unknown): Record<string, unknown>;
  export function checkValidations(data: unknown, types: unknown, custom: unknown, store: unknown): void;
  export function validateAttributeValue(value: unknown): string | undefined;
}
