import fc from 'fast-check';
import type { Output } from '../../../../local/engines/dynamodb/actions';
import { runs } from '../../../runs';
import { type Embedded, openEmbedded, things } from './embedded';
import { type Condition, Model, type Outcome, type Row, type Write } from './model';

let engine: Embedded;

beforeAll(async () => {
  engine = await openEmbedded();
});
afterAll(() => engine.close());

const KEYS = ['a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'c"\'é/1'];
const KINDS = ['x', 'y'];

const key = fc.constantFrom(...KEYS);
const small = fc.integer({ min: -3, max: 3 });
const row: fc.Arbitrary<Row> = fc.record({ n: small, kind: fc.constantFrom(...KINDS) }, { requiredKeys: ['n'] });
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ type: fc.constantFrom('none' as const, 'new' as const, 'exists' as const) }),
  fc.record({ type: fc.constantFrom('equals' as const, 'at most' as const), n: small }),
);
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ type: fc.constant('put' as const), key, row, condition }),
  fc.record({ type: fc.constant('add' as const), key, by: small, condition }),
  fc.record({ type: fc.constant('delete' as const), key, condition }),
);
const distinct = fc.uniqueArray(write, { selector: (one) => one.key, minLength: 1, maxLength: 4 });

type Step =
  | { readonly type: 'write'; readonly write: Write }
  | { readonly type: 'transaction' | 'statements' | 'transaction of statements'; readonly writes: readonly Write[] }
  | { readonly type: 'concurrent'; readonly writes: readonly Write[] };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('write' as const), write }),
  fc.record({
    type: fc.constantFrom('transaction' as const, 'statements' as const, 'transaction of statements' as const),
    writes: distinct,
  }),
  fc.record({ type: fc.constant('concurrent' as const), writes: fc.array(write, { minLength: 2, maxLength: 8 }) }),
);

test('random writes, alone, together and at once, do what they do to a plain map', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      await engine.call('DeleteTable', { TableName: 'things' });
      await engine.call('CreateTable', things);
      const model = new Model();
      for (const one of steps) expect(await inEngine(one)).toEqual(inModel(model, one));
      await expectSame(model);
    }),
    { numRuns: runs(200) },
  );
});

function inModel(model: Model, step: Step): readonly Outcome[] {
  switch (step.type) {
    case 'write':
      return [model.write(step.write)];
    case 'transaction':
      return model.transact(step.writes);
    case 'statements':
      return step.writes.map((one) => model.write(asStatement(one)));
    case 'transaction of statements':
      return model.transact(step.writes.map(asStatement));
    case 'concurrent':
      return step.writes.map((one) => model.write(one));
  }
}

async function inEngine(step: Step): Promise<readonly Outcome[]> {
  switch (step.type) {
    case 'write':
      return [await single(step.write)];
    case 'transaction':
      return reasons(await engine.call('TransactWriteItems', { TransactItems: step.writes.map(asTransactItem) }), step);
    case 'statements': {
      const { Responses } = await engine.call('BatchExecuteStatement', { Statements: step.writes.map(statementOf) });
      return (Responses as readonly { Error?: { Code: string } }[]).map(({ Error: error }) => outcomeOf(error?.Code));
    }
    case 'transaction of statements':
      return reasons(
        await engine.call('ExecuteTransaction', { TransactStatements: step.writes.map(statementOf) }),
        step,
      );
    case 'concurrent':
      return Promise.all(step.writes.map(single));
  }
}

/** A PUT as INSERT wants that there is none; UPDATE wants that there is one. */
function asStatement(one: Write): Write {
  if (one.type === 'put') return { ...one, condition: { type: 'new' } };
  if (one.type === 'delete') return one;
  if (one.condition.type === 'new') return { ...one, condition: { type: 'never' } };
  return one.condition.type === 'none' ? { ...one, condition: { type: 'exists' } } : one;
}

function statementOf(one: Write): object {
  const [pk = '', sk = ''] = one.key.split('/');
  if (one.type === 'put') {
    const kind = one.row.kind === undefined ? [] : [{ S: one.row.kind }];
    return {
      Statement: `INSERT INTO "things" VALUE {'pk': ?, 'sk': '${sk}', 'n': ${one.row.n}${kind.length > 0 ? ", 'kind': ?" : ''}}`,
      Parameters: [{ S: pk }, ...kind],
    };
  }
  const verb = one.type === 'delete' ? 'DELETE FROM things' : `UPDATE things SET n = n + ${one.by}`;
  const text: Record<Condition['type'], string> = {
    none: '',
    never: ' AND pk IS MISSING',
    new: ' AND pk IS MISSING',
    exists: ' AND pk IS NOT MISSING',
    equals: ' AND n = ?',
    'at most': ' AND n <= ?',
  };
  const n = 'n' in one.condition ? [{ N: String(one.condition.n) }] : [];
  return {
    Statement: `${verb} WHERE pk = '${pk.replaceAll("'", "''")}' AND "sk" = '${sk}'${text[one.condition.type]}`,
    ...(n.length > 0 && { Parameters: n }),
  };
}

function requestOf(one: Write) {
  const [pk = '', sk = ''] = one.key.split('/');
  const Key = { pk: { S: pk }, sk: { S: sk } };
  const text: Record<Condition['type'], string | undefined> = {
    none: undefined,
    never: undefined,
    new: 'attribute_not_exists(pk)',
    exists: 'attribute_exists(pk)',
    equals: 'n = :n',
    'at most': 'n <= :n',
  };
  const values = {
    ...('n' in one.condition && { ':n': { N: String(one.condition.n) } }),
    ...(one.type === 'add' && { ':by': { N: String(one.by) } }),
  };
  return {
    TableName: 'things',
    ...(one.type === 'put' ? { Item: { ...Key, ...attributesOf(one.row) } } : { Key }),
    ...(one.type === 'add' && { UpdateExpression: 'ADD n :by' }),
    ...(text[one.condition.type] && { ConditionExpression: text[one.condition.type] }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

const attributesOf = ({ n, kind }: Row) => ({ n: { N: String(n) }, ...(kind !== undefined && { kind: { S: kind } }) });

const OPERATIONS = { put: 'PutItem', add: 'UpdateItem', delete: 'DeleteItem' } as const;
const STEPS = { put: 'Put', add: 'Update', delete: 'Delete' } as const;

const asTransactItem = (one: Write) => ({ [STEPS[one.type]]: requestOf(one) });

const single = async (one: Write): Promise<Outcome> =>
  outcomeOf((await engine.call(OPERATIONS[one.type], requestOf(one))).error as string | undefined);

function reasons(answer: Output, { writes }: { readonly writes: readonly Write[] }): readonly Outcome[] {
  if (answer.error === undefined) return writes.map(() => 'done');
  if (answer.error !== 'TransactionCanceledException') throw new Error(JSON.stringify(answer));
  const codes = answer.CancellationReasons as readonly { Code: string }[];
  return codes.map(({ Code }) => outcomeOf(Code === 'None' ? undefined : Code));
}

function outcomeOf(code: string | undefined): Outcome {
  if (code === undefined) return 'done';
  if (/^(ConditionalCheckFailed|DuplicateItem)/.test(code)) return 'refused';
  throw new Error(code);
}

async function expectSame(model: Model): Promise<void> {
  const expected = [...model.rows].map(([at, one]) => [at, attributesOf(one)]);
  const scanned = await engine.call('Scan', { TableName: 'things' });
  expect(byKey(scanned)).toEqual(Object.fromEntries(expected));
  const Keys = KEYS.map((at) => ({ pk: { S: at.split('/')[0] }, sk: { S: at.split('/')[1] } }));
  const { Responses } = await engine.call('BatchGetItem', { RequestItems: { things: { Keys } } });
  expect(byKey({ Items: (Responses as { things: unknown }).things })).toEqual(Object.fromEntries(expected));
  for (const kind of KINDS) {
    const rows = await engine.call('Query', {
      TableName: 'things',
      IndexName: 'by-kind',
      KeyConditionExpression: 'kind = :kind',
      ExpressionAttributeValues: { ':kind': { S: kind } },
    });
    expect(Object.keys(byKey(rows)).sort()).toEqual([...model.ofKind(kind)].sort());
  }
}

const byKey = ({ Items }: Output) =>
  Object.fromEntries(
    (Items as readonly Record<string, { S: string }>[]).map(({ pk, sk, ...rest }) => [`${pk?.S}/${sk?.S}`, rest]),
  );
