import { createTables } from '../../../local/engines/tables';
import type { TableModel } from '../../../local/model';
import { engines, freshTable } from '../../engines';

const keys = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
};

const tableOf = (name: string, create: object): TableModel => ({
  origin: { stack: 'test', logicalId: 'T', path: 't' },
  name,
  create: { TableName: name, ...create },
  timeToLiveAttribute: 'expires_at',
});

test('a table that exists as the template says is left alone', async () => {
  const name = await freshTable(keys);
  expect(await createTables(engines().dynamodb, [tableOf(name, keys)])).toEqual([]);
});

test('a table with other keys than the template is named, with what to do', async () => {
  const name = await freshTable(keys);
  const other = {
    ...keys,
    AttributeDefinitions: [...keys.AttributeDefinitions, { AttributeName: 'sk', AttributeType: 'S' }],
    KeySchema: [...keys.KeySchema, { AttributeName: 'sk', KeyType: 'RANGE' }],
  };
  expect(await createTables(engines().dynamodb, [tableOf(name, other)])).toEqual([
    expect.stringContaining(`Table ${name} has other keys`),
  ]);
});
