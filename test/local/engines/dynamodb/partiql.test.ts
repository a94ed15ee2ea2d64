import type { Output } from '../../../../local/engines/dynamodb/actions';
import { type Embedded, openEmbedded, things } from './embedded';

let engine: Embedded;

beforeEach(async () => {
  engine = await openEmbedded();
  await engine.call('CreateTable', things);
});
afterEach(() => engine.close());

const run = (Statement: string, Parameters: readonly object[] = [], more: object = {}): Promise<Output> =>
  engine.call('ExecuteStatement', { Statement, ...(Parameters.length > 0 && { Parameters }), ...more });

const S = (value: string) => ({ S: value });
const N = (value: number) => ({ N: String(value) });

const insert = (pk: string, sk: string, more = '') =>
  run(`INSERT INTO "things" VALUE {'pk': ?, 'sk': ?${more}}`, [S(pk), S(sk)]);

const itemAt = async (pk: string, sk: string) =>
  (await engine.call('GetItem', { TableName: 'things', Key: { pk: S(pk), sk: S(sk) } })).Item;

describe('INSERT', () => {
  test('writes values of every type, nested ones and parameters in them', async () => {
    const text = `INSERT INTO things VALUE {'pk': 'a''b', "sk": ?, 'n': -1.50, 't': true, 'z': NULL,
      'l': [1, 'x', ?, []], 'm': {'k': {'deep': ?}}, 'ss': <<'p', 'q'>>, 'ns': <<1, 2>>, 'b': ?} -- a remark`;
    expect(await run(text, [S('s'), N(7), S('in'), { B: 'AQI=' }])).toEqual({ Items: [] });
    expect(await itemAt("a'b", 's')).toEqual({
      pk: S("a'b"),
      sk: S('s'),
      n: { N: '-1.5' },
      t: { BOOL: true },
      z: { NULL: true },
      l: { L: [{ N: '1' }, S('x'), N(7), { L: [] }] },
      m: { M: { k: { M: { deep: S('in') } } } },
      ss: { SS: ['p', 'q'] },
      ns: { NS: ['1', '2'] },
      b: { B: 'AQI=' },
    });
  });

  test('of a key that is taken is a DuplicateItemException, and changes nothing', async () => {
    await insert('a', '1', ", 'n': 1");
    expect(await insert('a', '1', ", 'n': 2")).toEqual({
      error: 'DuplicateItemException',
      message: 'Duplicate primary key exists in table',
    });
    expect(await itemAt('a', '1')).toMatchObject({ n: N(1) });
  });

  test.each([
    [`INSERT INTO things VALUE {'pk': 'a'}`, 'Missing the key sk in the item'],
    [`INSERT INTO things VALUE {'pk': 1, 'sk': 'x'}`, 'Type mismatch for key pk'],
    [`INSERT INTO things VALUE {'pk': 'a', 'sk': ''}`, 'empty string value'],
    [`INSERT INTO things VALUE {'pk': 'a', 'pk': 'b', 'sk': 'x'}`, 'the attribute pk twice'],
    [`INSERT INTO things VALUE {'pk': 'a', 'sk': ?}`, "Number of parameters in request and statement don't match"],
    [`INSERT INTO things VALUE {'pk': 'a', 'sk' 'x'}`, `unexpected "'x'}" at character 43`],
    [`INSERT INTO things VALUE {'pk': 'a', 'sk': 'x', 'kind': 1}`, 'Type mismatch for Index Key kind'],
    [`INSERT INTO things VALUE {'pk': 'a', 'sk': 'x', 's': <<>>}`, 'A set holds'],
    [`UPSERT INTO things`, `unexpected "UPSERT INTO things" at character 1`],
    [`DELETE FROM things WHERE pk = 'a'`, 'mandatory equality on all key attributes'],
    [`UPDATE things SET sk = 'b' WHERE pk = 'a' AND sk = 'x'`, 'This attribute is part of the key'],
    [`UPDATE things SET a = 1 SET a.b = 2 WHERE pk = 'a' AND sk = 'x'`, 'overlap'],
    [`UPDATE things WHERE pk = 'a' AND sk = 'x'`, 'unexpected "WHERE'],
    [`SELECT * FROM things."no"`, 'does not have the specified index: no'],
    [`SELECT * FROM things WHERE frob(pk, 'a')`, 'Unsupported function: frob'],
    [`SELECT * FROM things WHERE pk`, 'A condition is wanted'],
  ])('%s is refused', async (statement, message) => {
    expect(await run(statement)).toEqual({
      error: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  test('into a table that there is not is a ResourceNotFoundException', async () => {
    expect(await run(`INSERT INTO nowhere VALUE {'pk': 'a'}`)).toMatchObject({ error: 'ResourceNotFoundException' });
  });
});

describe('UPDATE', () => {
  beforeEach(() => insert('a', '1', ", 'n': 1, 'l': [1, 2], 'm': {'x': 1}, 'ss': <<'p'>>"));
  const update = (text: string, parameters: readonly object[] = []) =>
    run(`UPDATE "things" ${text} RETURNING ALL NEW *`, parameters);

  test('sets, adds, appends and removes, at any depth', async () => {
    const text = `SET n = n + ? SET m.x = 5, "l" = list_append(l, [3]) SET ss = set_add(ss, <<'q'>>) SET l2 = [?]
      REMOVE m.y REMOVE gone WHERE pk = 'a' AND sk = '1'`;
    expect(await update(text, [N(2), S('z')])).toEqual({
      Items: [
        {
          pk: S('a'),
          sk: S('1'),
          n: N(3),
          m: { M: { x: N(5) } },
          l: { L: [N(1), N(2), N(3)] },
          ss: { SS: ['p', 'q'] },
          l2: { L: [S('z')] },
        },
      ],
    });
    expect(
      await update(`SET ss = set_delete(ss, <<'p'>>) SET l[0] = 'first' WHERE pk = 'a' AND sk = '1'`),
    ).toMatchObject({
      Items: [{ ss: { SS: ['q'] }, l: { L: [S('first'), N(2), N(3)] } }],
    });
  });

  test.each([
    ['n = 1', true],
    ['1 = n', true],
    ['n <> 1', false],
    ['n BETWEEN 0 AND ?', true],
    ['NOT n BETWEEN 0 AND ?', false],
    ['n IN [3, ?]', true],
    ['n IN (3, 4, ?, 9)', true],
    ['n NOT IN (?)', false],
    ['z IS MISSING AND n = ?', true],
    ['n IS NOT MISSING AND n <= ?', true],
    ['attribute_exists(m.x) AND attribute_not_exists(m.y) AND n <= ?', true],
    [`attribute_type(l, 'L') AND n <= ?`, true],
    [`begins_with(sk, '1') AND contains(ss, 'p') AND size(l) = ?`, false],
    ['(n = 9 OR m.x = 1) AND NOT (n > ?)', true],
    ['n = 1 AND n = 2', false],
  ])('WHERE … AND %s', async (condition, holds) => {
    const parameters = condition.includes('?') ? [N(1)] : [];
    const answer = await run(`UPDATE things SET hit = true WHERE sk = '1' AND ${condition} AND pk = 'a'`, parameters);
    expect(answer).toEqual(
      holds ? { Items: [] } : { error: 'ConditionalCheckFailedException', message: 'The conditional request failed' },
    );
    expect(await itemAt('a', '1')).toEqual(
      holds
        ? expect.objectContaining({ hit: { BOOL: true } })
        : expect.not.objectContaining({ hit: expect.anything() }),
    );
  });

  test('of an item that there is not fails its condition, and makes none', async () => {
    expect(await update(`SET n = 1 WHERE pk = 'b' AND sk = '1'`)).toMatchObject({
      error: 'ConditionalCheckFailedException',
    });
    expect(await itemAt('b', '1')).toBeUndefined();
  });

  test('gives back the item that its condition failed on, when asked', async () => {
    const text = `UPDATE things SET n = 2 WHERE pk = 'a' AND sk = '1' AND n = 7`;
    expect(await run(text, [], { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).toMatchObject({
      error: 'ConditionalCheckFailedException',
      Item: { n: N(1) },
    });
  });

  test('moves the row of its index along', async () => {
    await update(`SET kind = 'k' WHERE pk = 'a' AND sk = '1'`);
    expect(await run(`SELECT pk FROM things."by-kind" WHERE kind = 'k'`)).toEqual({ Items: [{ pk: S('a') }] });
    await update(`SET kind = 'j' WHERE pk = 'a' AND sk = '1'`);
    expect(await run(`SELECT pk FROM things."by-kind" WHERE kind = 'k'`)).toEqual({ Items: [] });
  });
});

test('DELETE removes an item if its condition holds, and gives it back when asked', async () => {
  await insert('a', '1', ", 'n': 1");
  expect(await run(`DELETE FROM things WHERE pk = 'a' AND sk = '1' AND n = 2`)).toMatchObject({
    error: 'ConditionalCheckFailedException',
  });
  expect(await run(`DELETE FROM things WHERE pk = 'a' AND sk = '1' AND n = 1 RETURNING ALL OLD *`)).toMatchObject({
    Items: [{ n: N(1) }],
  });
  expect(await run(`DELETE FROM things WHERE pk = 'a' AND sk = '1'`)).toEqual({ Items: [] });
});

describe('SELECT', () => {
  beforeEach(async () => {
    for (const [pk, sk] of [
      ['a', '1'],
      ['a', '2'],
      ['a', '3'],
      ['b', '1'],
    ] as const) {
      await insert(pk, sk, `, 'n': ${sk}, 'm': {'x': '${pk}${sk}'}`);
    }
  });
  const found = async (text: string, parameters: readonly object[] = []) => {
    const { Items, error, message } = await run(text, parameters);
    return error
      ? message
      : (Items as readonly Record<string, { S: string }>[]).map((item) => `${item.pk?.S}${item.sk?.S}`);
  };

  test.each([
    [`pk = 'a' AND sk = '2'`, ['a2']],
    [`pk = 'a'`, ['a1', 'a2', 'a3']],
    [`pk = 'a' ORDER BY sk DESC`, ['a3', 'a2', 'a1']],
    [`pk = 'a' AND sk >= '2'`, ['a2', 'a3']],
    [`pk = 'a' AND begins_with(sk, '3')`, ['a3']],
    [`pk = 'a' AND sk BETWEEN '1' AND '2' AND n > 1`, ['a2']],
    [`pk = 'a' AND (n = 1 OR n = 3)`, ['a1', 'a3']],
    [`n = 2`, ['a2']],
    [`sk = '1' AND pk = 'b'`, ['b1']],
    [`pk = 'a' ORDER BY n`, 'ORDER BY takes the sort key of a table or index whose partition key the WHERE names'],
  ])('WHERE %s', async (where, expected) => {
    expect(await found(`SELECT * FROM things WHERE ${where}`)).toEqual(expected);
  });

  test('takes columns by their last names, and pages', async () => {
    expect(await run(`SELECT m.x FROM things WHERE pk = 'b'`)).toEqual({ Items: [{ x: S('b1') }] });
    const first = await run(`SELECT sk FROM things WHERE pk = 'a'`, [], { Limit: 2 });
    expect(first).toMatchObject({ Items: [{ sk: S('1') }, { sk: S('2') }], NextToken: expect.any(String) });
    expect(await run(`SELECT sk FROM things WHERE pk = 'a'`, [], { Limit: 2, NextToken: first.NextToken })).toEqual({
      Items: [{ sk: S('3') }],
    });
  });
});

describe('a batch of statements', () => {
  const batch = (...Statements: readonly object[]) =>
    engine.call('BatchExecuteStatement', { Statements, ReturnConsumedCapacity: 'TOTAL' });
  const anInsert = (pk: string) => ({ Statement: `INSERT INTO things VALUE {'pk': '${pk}', 'sk': '1'}` });

  test('answers each in its place, with its own error', async () => {
    await insert('taken', '1', ", 'n': 1");
    expect(
      await batch(
        anInsert('new'),
        anInsert('taken'),
        { Statement: `UPDATE things SET n = 2 WHERE pk = 'taken2' AND sk = '1'` },
        { Statement: `UPDATE nowhere SET n = 2 WHERE pk = 'x'` },
        { Statement: 'rubbish' },
        { Statement: `INSERT INTO things VALUE {'pk': 'x'}` },
      ),
    ).toEqual({
      Responses: [
        { TableName: 'things' },
        { TableName: 'things', Error: { Code: 'DuplicateItem', Message: 'Duplicate primary key exists in table' } },
        { TableName: 'things', Error: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' } },
        { TableName: 'nowhere', Error: { Code: 'ResourceNotFound', Message: 'Requested resource not found' } },
        { Error: { Code: 'ValidationError', Message: expect.stringContaining("wasn't well formed") } },
        {
          TableName: 'things',
          Error: { Code: 'ValidationError', Message: expect.stringContaining('Missing the key sk') },
        },
      ],
      ConsumedCapacity: [{ TableName: 'things', CapacityUnits: 1 }],
    });
    expect(await itemAt('new', '1')).toBeDefined();
  });

  test('names an item once, and reads or writes', async () => {
    expect(await batch(anInsert('a'), anInsert('a'))).toMatchObject({ error: 'ValidationException' });
    expect(await batch(anInsert('a'), { Statement: `SELECT * FROM things WHERE pk = 'a' AND sk = '1'` })).toMatchObject(
      {
        error: 'ValidationException',
      },
    );
    expect(await itemAt('a', '1')).toBeUndefined();
  });

  test('reads items by their keys', async () => {
    await insert('a', '1');
    const select = (pk: string) => ({ Statement: `SELECT sk FROM things WHERE pk = '${pk}' AND sk = '1'` });
    expect(await batch(select('a'), select('none'))).toMatchObject({
      Responses: [{ TableName: 'things', Item: { sk: S('1') } }, { TableName: 'things' }],
    });
  });
});

test('a transaction of statements writes all or nothing', async () => {
  await insert('a', '1', ", 'n': 1");
  const transaction = (condition: string) =>
    engine.call('ExecuteTransaction', {
      TransactStatements: [
        { Statement: `EXISTS(SELECT * FROM things WHERE pk = 'a' AND sk = '1' AND ${condition})` },
        { Statement: `INSERT INTO things VALUE {'pk': 'b', 'sk': '1'}` },
      ],
    });
  expect(await transaction('n = 2')).toMatchObject({
    error: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
  });
  expect(await itemAt('b', '1')).toBeUndefined();
  expect(await transaction('n = 1')).toEqual({ Responses: [{}, {}] });
  expect(await itemAt('b', '1')).toBeDefined();
});
