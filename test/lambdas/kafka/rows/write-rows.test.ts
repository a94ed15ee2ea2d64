import { ItemRefusedError } from '../../../../lambdas/kafka/dynamo/batches';
import { writeRows } from '../../../../lambdas/kafka/rows/write-rows';
import { budgetOf } from '../budgets';

const keyed = (event: string) => ({ key: event, id: event, event });

test('a row that is refused for good is the fault of its own event, and the others are written', async () => {
  const written: string[] = [];
  const put = async (names: readonly string[]) => {
    if (names.includes('large')) throw new ItemRefusedError(new Error('Item size has exceeded'));
    written.push(...names);
  };
  const results = await writeRows(put).absorb(['a', 'large', 'b'].map(keyed), budgetOf(3));

  expect(results).toEqual([undefined, expect.objectContaining({ code: 'row_refused', retriable: false }), undefined]);
  expect(written).toEqual(['a', 'b']);
});

test('a table that is away is no event’s fault: all come again', async () => {
  const away = new Error('away');
  const put = () => Promise.reject(away);
  expect(await writeRows(put).absorb(['a', 'b'].map(keyed), budgetOf(1))).toEqual([away, away]);
});
