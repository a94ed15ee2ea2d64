import { StatementUnits } from '../../../bench/pipeline/statement-units';

const request = (text: string, parameters: object[]) =>
  JSON.stringify({ Statements: [{ Statement: text, Parameters: parameters }] });
const bytes = (count: number) => ({ B: Buffer.alloc(count).toString('base64') });
const insert = (count: number) =>
  request(`INSERT INTO "t" VALUE {'pk': ?, 'sk': ?, 'version': ?, 'journal': ?}`, [
    { S: 'a' },
    { S: 's' },
    { N: '1' },
    bytes(count),
  ]);
const update = (count: number) =>
  request(`UPDATE "t" SET "version" = ? SET "journal" = ? WHERE "pk" = ? AND "sk" = ? AND "version" = ?`, [
    { N: '2' },
    bytes(count),
    { S: 'a' },
    { S: 's' },
    { N: '1' },
  ]);
const done = '{"Responses":[{}]}';
const failed = '{"Responses":[{"Error":{"Code":"ConditionalCheckFailed"}}]}';

test('a kilobyte is a unit, names and values together', () => {
  // pk a sk s version 1 journal: 2 + 1 + 2 + 1 + 7 + 2 + 7 = 22 bytes beside the journal's own.
  expect(new StatementUnits().of(insert(1024 - 22), done)).toEqual([['t', 1]]);
  expect(new StatementUnits().of(insert(1024 - 21), done)).toEqual([['t', 2]]);
});

test('an update costs the larger of before and after, a failed one what was there', () => {
  const units = new StatementUnits();
  units.of(insert(1500), done);
  expect(units.of(update(10), failed)).toEqual([['t', 2]]);
  expect(units.of(update(10), done)).toEqual([['t', 2]]);
  expect(units.of(update(10), done)).toEqual([['t', 1]]);
  expect(units.of(update(10), failed)).toEqual([['t', 1]]);
});
