import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoFoldStore } from '../kafka/fold/dynamo-fold-store';
import type { Fact } from '../kafka/fold/fold';
import { receiptMark, stockKey } from './order-facts';
import type { Stock } from './stock';

export interface StockView {
  /** Pieces that nobody has a claim to. */
  readonly available: number;
  /** Pieces set aside for orders that are not settled yet. */
  readonly reserved: number;
  /** Length of the queue of orders that wait; some may have left it. */
  readonly waiting: number;
}

/** What inventory decided about a receipt. */
export type ReceiptView =
  | { readonly status: 'applied'; readonly delta: number }
  | { readonly status: 'refused'; readonly code: string; readonly message: string };

/** The reading side of what inventory keeps; strongly consistent. */
export interface StockReader {
  /** @returns undefined for an item of which no stock ever came, and no order. */
  stockOf(item: string): Promise<StockView | undefined>;
  /** @returns undefined while nothing is decided. */
  receiptOf(item: string, receiptId: string): Promise<ReceiptView | undefined>;
}

/** How a refusal stands in the mark of its event. */
type Marked = Fact & { readonly refused?: { readonly code: string; readonly message: string } };

export function createDynamoStockReader(client: DynamoDBClient, table: string): StockReader {
  const store = createDynamoFoldStore(client, table);
  const rowOf = async (item: string) => (await store.loadStates([stockKey(item)])).get(stockKey(item));
  return {
    async stockOf(item) {
      const row = await rowOf(item);
      if (!row) return undefined;
      const { available, reserved, head, tail } = row.state as Stock;
      return { available, reserved, waiting: tail - head };
    },
    async receiptOf(item, receiptId) {
      const mark = receiptMark(item, receiptId);
      // What the last write decided may stand in the state's journal alone; read after it, a fact has its own item.
      const row = await rowOf(item);
      const fact: Marked | undefined =
        row?.journal.find(({ key }) => key === mark) ?? (await store.loadFacts([mark])).get(mark);
      if (!fact) return undefined;
      if (fact.refused) return { status: 'refused', code: fact.refused.code, message: fact.refused.message };
      return { status: 'applied', delta: (fact.data as { delta: number }).delta };
    },
  };
}
