import { createEventAnnouncer } from '../../../lambdas/events/outcome';
import { createDynamoStockReader } from '../../../lambdas/inventory/dynamo-stock-reader';
import { type InventoryEvent, inventoryFold } from '../../../lambdas/inventory/inventory';
import { createDynamoFoldStore } from '../../../lambdas/kafka/fold/dynamo-fold-store';
import { foldThenWrite } from '../../../lambdas/kafka/fold/fold-then-write';
import { makeEvent } from '../../../lambdas/order/events';
import { aDynamoClient, aTable } from '../../dynamo';
import { budgetOf } from '../kafka/budgets';
import { MemoryPublisher } from '../kafka/memory-publisher';

const client = aDynamoClient();
afterAll(() => client.destroy());

test('tells an item’s stock, and what became of each receipt, whether it stands in the row or by itself', async () => {
  const table = await aTable();
  const reader = createDynamoStockReader(client, table);
  const inventory = foldThenWrite<unknown, InventoryEvent>(
    inventoryFold(createEventAnnouncer('/s', 'order-events')) as never,
    {
      store: createDynamoFoldStore(client, table),
      publisher: new MemoryPublisher(),
    },
  );
  const receive = (delta: number, receipt_id: string) => {
    const event = makeEvent(
      'stock.received',
      { time: '2026-11-21T10:42:09.000Z' },
      { item: 'burger', delta, receipt_id },
    );
    return inventory.absorb([{ key: 'item#burger', id: event.event_id, event }], budgetOf(3));
  };

  expect(await reader.stockOf('burger')).toBeUndefined();
  await receive(5, 'first');
  expect(await reader.receiptOf('burger', 'second')).toBeUndefined();
  await receive(-2, 'second');

  expect(await reader.stockOf('burger')).toEqual({ available: 3, reserved: 0, waiting: 0 });
  expect(await reader.receiptOf('burger', 'first')).toEqual({ status: 'applied', delta: 5 });
  expect(await reader.receiptOf('burger', 'second')).toEqual({ status: 'applied', delta: -2 });
  expect(await reader.receiptOf('fries', 'first')).toBeUndefined();
});
