import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Input, Output } from '../../../../local/engines/dynamodb/actions';
import { isApiError } from '../../../../local/engines/dynamodb/errors';
import { Ledger } from '../../../../local/engines/dynamodb/ledger';
import { findOperation } from '../../../../local/engines/dynamodb/operations';
import { Store } from '../../../../local/engines/dynamodb/store';

export interface Embedded {
  readonly store: Store;
  /** @returns the answer, or the error's `{ error: 'ValidationException', … }` with what else its body tells. */
  call(operation: string, input: Input): Promise<Output>;
  close(): Promise<void>;
}

/** The engine in this process, without its HTTP, on a folder of its own. */
export async function openEmbedded(): Promise<Embedded> {
  const folder = mkdtempSync(join(tmpdir(), 'orderflow-embedded-'));
  const ledger = await Ledger.open(folder);
  const store = new Store(ledger);
  return {
    store,
    async call(operation, input) {
      try {
        // As it comes over the wire.
        return await findOperation(`DynamoDB_20120810.${operation}`)(store, structuredClone(input));
      } catch (error) {
        if (!isApiError(error)) throw error;
        const { __type, ...more } = error.body;
        return { error: __type.split('#')[1], ...more };
      } finally {
        await ledger.written();
      }
    },
    async close() {
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A table `things` with keys `pk` and `sk`, and an index `by-kind` on `kind` and `sk`. */
export const things: Input = {
  TableName: 'things',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: ['pk', 'sk', 'kind'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-kind',
      KeySchema: [
        { AttributeName: 'kind', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};
