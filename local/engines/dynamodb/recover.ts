import type { Table } from 'dynalite/db';
import { fillIndexes } from './indexes';
import type { Store } from './store';

/** Ends what the last process had begun to do with tables: items and their rows in indexes are whole without it. */
export async function recover(store: Store): Promise<void> {
  for (const table of await store.tables()) {
    if (table.TableStatus === 'DELETING') await store.remove(table.TableName);
    else if (isChanging(table)) {
      store.tableDb.put(table.TableName, { ...table, TableStatus: 'ACTIVE' });
      await fillIndexes(store, table.TableName);
    }
  }
}

const isChanging = ({ TableStatus, GlobalSecondaryIndexes = [] }: Table): boolean =>
  TableStatus !== 'ACTIVE' || GlobalSecondaryIndexes.some(({ IndexStatus }) => IndexStatus !== 'ACTIVE');
