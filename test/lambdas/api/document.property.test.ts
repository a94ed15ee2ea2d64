import fc from 'fast-check';
import { cancelSchema, priceSchema, stockSchema } from '../../../lambdas/api/item-schemas';
import { everybodysLimitsSchema, itemLimitsSchema, userLimitsSchema } from '../../../lambdas/api/limit-schemas';
import { createOpenApi } from '../../../lambdas/api/openapi';
import { pathName } from '../../../lambdas/api/path-names';
import { readItem, readUserName } from '../../../lambdas/api/path-parameters';
import { batchSchema } from '../../../lambdas/api/schemas';
import { readOrderJson } from '../../../lambdas/order/json';
import { orderSchema, placementSchema } from '../../../lambdas/order/order';
import { readLevels, readLimit, readLineLimit, readUser, readWait } from '../../../lambdas/query/parameters';
import { decodePath, splitTarget } from '../../../local/gateway/request';

type Schema = Record<string, unknown>;

interface Parameter {
  readonly name: string;
  readonly schema: Schema;
}

const document = createOpenApi() as {
  paths: Record<string, Record<string, { parameters?: Parameter[] }>>;
  components: { schemas: Record<string, Schema> };
};

/** Of JSON Schema 2020-12 what the document uses; whatever else would be a rule that nobody checks. */
const rules: Record<string, (value: never, rule: never, schema: Schema) => boolean> = {
  $ref: (value: unknown, ref: string) =>
    allows(document.components.schemas[ref.split('/').at(-1) as string] as Schema, value),
  type: (value: unknown, types: string | string[]) => [types].flat().some((type) => isOf(type, value)),
  pattern: (value: unknown, text: string) => typeof value !== 'string' || new RegExp(text, 'u').test(value),
  minLength: (value: unknown, least: number) => typeof value !== 'string' || [...value].length >= least,
  maxLength: (value: unknown, most: number) => typeof value !== 'string' || [...value].length <= most,
  minimum: (value: unknown, least: number) => typeof value !== 'number' || value >= least,
  maximum: (value: unknown, most: number) => typeof value !== 'number' || value <= most,
  exclusiveMinimum: (value: unknown, least: number) => typeof value !== 'number' || value > least,
  multipleOf: (value: unknown, part: number) =>
    typeof value !== 'number' || Math.abs(value / part - Math.round(value / part)) < 1e-6,
  enum: (value: unknown, values: unknown[]) => values.includes(value),
  not: (value: unknown, schema: Schema) => !allows(schema, value),
  const: (value: unknown, only: unknown) => value === only,
  required: (value: unknown, names: string[]) => !isObject(value) || names.every((name) => Object.hasOwn(value, name)),
  dependentRequired: (value: unknown, names: Record<string, string[]>) =>
    !isObject(value) ||
    Object.entries(names).every(
      ([name, others]) => !Object.hasOwn(value, name) || others.every((other) => Object.hasOwn(value, other)),
    ),
  properties: (value: unknown, schemas: Record<string, Schema>) =>
    !isObject(value) ||
    Object.entries(schemas).every(([name, schema]) => !Object.hasOwn(value, name) || allows(schema, value[name])),
  items: (value: unknown, schema: Schema) => !Array.isArray(value) || value.every((one) => allows(schema, one)),
  minItems: (value: unknown, least: number) => !Array.isArray(value) || value.length >= least,
  maxItems: (value: unknown, most: number) => !Array.isArray(value) || value.length <= most,
};
rules.anyOf = (value: unknown, schemas: Schema[]) => schemas.some((schema) => allows(schema, value));
rules.additionalProperties = (value: unknown, more: unknown, { properties }: Schema) => {
  if (more !== false) throw new Error('The document says something else of further fields');
  return !isObject(value) || Object.keys(value).every((name) => Object.hasOwn(properties as object, name));
};
const ANNOTATIONS = ['description', 'examples', 'default', 'format'];

function allows(schema: Schema, value: unknown): boolean {
  return Object.entries(schema).every(([name, rule]) => {
    if (ANNOTATIONS.includes(name)) return true;
    const check = rules[name];
    if (!check) throw new Error(`The document uses ${name}, which this test does not know`);
    return check(value as never, rule as never, schema);
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isOf(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'null') return value === null;
  return type === 'object' ? isObject(value) : typeof value === type;
}

const bodyAllows = (name: string, value: unknown) => allows({ $ref: `#/components/schemas/${name}` }, value);

/** Names of any kind: characters that a rule names are frequent. */
const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom(...'ab/?%~.\\#+ ;:\u00a0\t\n\x7f\x9b\u2028é寿🍔', '\ud800', '~2F', '%2F'),
    maxLength: 6,
  }),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom(
    '',
    ' ',
    '.',
    '..',
    '...',
    '🍔'.repeat(128),
    '🍔'.repeat(129),
    'a'.repeat(128),
    'a'.repeat(129),
    '~20',
    '~~',
  ),
);
const decimal = fc.oneof(
  fc
    .tuple(fc.stringMatching(/^0{0,3}\d{0,20}$/), fc.stringMatching(/^\d{0,10}0{0,3}$/))
    .map(([a, b]) => (b ? `${a}.${b}` : a)),
  fc.constantFrom(
    '0',
    '0.0',
    '00.00',
    '.5',
    '5.',
    '-1',
    '+1',
    '1e2',
    ' 1',
    '1 ',
    '0.00000001',
    '0.000000001',
    `1.${'0'.repeat(40)}`,
    `1.${'0'.repeat(41)}`,
    '123456789012345678',
    '1234567890123456789',
    '1234567890.12345678',
    '12345678901.12345678',
  ),
);
const time = fc.constantFrom(
  '2026-11-21T10:00:00Z',
  '2026-11-21T10:00:00',
  '2026-11-21T10:00:00.123456789+01:00',
  '2026-02-30T10:00:00Z',
  'today',
  '2026-11-21',
  `2026-11-21T10:00:00.${'1'.repeat(30)}Z`,
);
const id = fc.oneof(
  fc.uuid(),
  fc.constantFrom('', 'x', '5F0C7A52-6A36-4F2C-9C55-3F1E8A3C9D01', '00000000-0000-0000-0000-000000000000'),
);
const odd = fc.constantFrom<unknown>(null, true, [], {}, 1.5, '5', -1);
/** Mostly of the right kind, sometimes of none, sometimes absent. */
const of = <T>(good: fc.Arbitrary<T>) =>
  fc.option(fc.oneof({ weight: 12, arbitrary: good as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: odd }), {
    nil: undefined,
    freq: 6,
  });
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields).map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));

const placement = record({
  order_id: of(id),
  user: of(fc.oneof({ weight: 3, arbitrary: fc.constant('john') }, text)),
  item: of(fc.oneof({ weight: 3, arbitrary: fc.constant('burger') }, text)),
  quantity: of(fc.oneof(fc.constantFrom(0, 1, 5, 1e9, 1e9 + 1), fc.integer())),
  price: of(decimal),
  side: of(fc.constantFrom('BUY', 'SELL', 'buy')),
  placed_at: of(time),
});

const same = (
  name: string,
  schema: { safeParse(value: unknown): { success: boolean } },
  values: fc.Arbitrary<unknown>,
) =>
  fc.assert(
    fc.property(values, (value) => {
      // As a body is read: prices that are numbers by their literals.
      const json = readOrderJson(JSON.stringify(value));
      const accepted = json.ok && schema.safeParse(json.value).success;
      expect([value, bodyAllows(name, value)]).toEqual([value, accepted]);
    }),
    { numRuns: 2_000 },
  );

describe('what the document allows is accepted, and what is accepted the document allows', () => {
  it('of an order to place', () => same('Placement', placementSchema, placement));
  it('of an order', () => same('Order', orderSchema, placement));
  it('of a batch', () => same('Batch', batchSchema, fc.oneof(fc.array(placement, { maxLength: 3 }), odd)));
  it('of a price', () => same('Price', priceSchema, record({ price: of(decimal) })));
  it('of a change of stock', () => {
    const delta = of(fc.oneof(fc.constantFrom(0, -0, 1, -1, 1e9, 1e9 + 1, -1e9, -1e9 - 1), fc.integer()));
    same('StockChange', stockSchema, record({ delta, receipt_id: of(text) }));
  });
  it.each([
    ['EverybodysLimits', everybodysLimitsSchema],
    ['UserLimits', userLimitsSchema],
    ['ItemLimits', itemLimitsSchema],
  ])('of %s', (name, schema) => {
    const fields = {
      max_open_notional: of(decimal),
      max_quantity: of(fc.constantFrom(0, 1, 1e9, 1e9 + 1)),
      may_sell_short: of(fc.boolean()),
      may_name_price: of(fc.boolean()),
      blocked: of(fc.boolean()),
    };
    same(
      name,
      schema,
      fc
        .subarray(Object.keys(fields))
        .chain((names) => record(Object.fromEntries(names.map((one) => [one, fields[one as keyof typeof fields]])))),
    );
  });
  it('of a cancel', () => same('CancelRequest', cancelSchema, record({ user: of(text) })));

  const parameter = (path: string, name: string) =>
    document.paths[path]?.get?.parameters?.find((one) => one.name === name)?.schema ??
    (document.paths[path]?.put?.parameters?.find((one) => one.name === name)?.schema as Schema);
  const takes = (read: () => unknown) => {
    try {
      read();
      return true;
    } catch {
      return false;
    }
  };

  it.each([
    ['/orders/{id}', 'wait', (wait: string) => readWait({ wait })],
    ['/orders/{id}', 'limit', (limit: string) => readLineLimit({ limit })],
    ['/orders', 'limit', (limit: string) => readLimit({ limit })],
    ['/reports/{user}/{date}', 'limit', (limit: string) => readLineLimit({ limit })],
    ['/book/{item}', 'levels', (levels: string) => readLevels({ levels })],
  ] as const)('of %s?%s', (path, name, read) => {
    const number = fc.oneof(
      fc.constantFrom(
        '0',
        '1',
        '10',
        '10.0',
        '1e1',
        '0.1234',
        '5.12345',
        '01',
        '+1',
        '',
        ' 1',
        'abc',
        '1_0',
        '0x1',
        'NaN',
      ),
      fc.integer({ min: -5, max: 1_100 }).map(String),
      fc.double({ min: -1, max: 12, noNaN: true }).map(String),
    );
    const isNumber = (text: string) =>
      takes(() => JSON.parse(text)) && typeof JSON.parse(text) === 'number' && text.trim() === text;
    fc.assert(
      fc.property(number, (text) => {
        const allowed = isNumber(text) && allows(parameter(path, name), JSON.parse(text));
        expect([text, takes(() => read(text))]).toEqual([text, allowed]);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['/orders', 'user', (user: string) => readUser({ user })],
    ['/positions/{user}', 'user', (user: string) => readUserName({ user })],
    ['/items/{item}', 'item', (item: string) => readItem({ item })],
    ['/book/{item}', 'item', (item: string) => readItem({ item })],
  ] as const)('of %s, its %s', (path, name, read) => {
    fc.assert(
      fc.property(text, (value) => {
        expect([value, takes(() => read(value))]).toEqual([value, allows(parameter(path, name), value)]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a name in a path', () => {
  it('that an order may have comes to the function as it is, whatever client sends it', () => {
    fc.assert(
      fc.property(text, (name) => {
        fc.pre(orderSchema.shape.item.safeParse(name).success);
        const path = `/items/${pathName(name)}`;
        const [, items, item] = (decodePath(splitTarget(path).path) as string).split('/');
        expect([items, readItem({ item })]).toEqual(['items', name]);
        // What browsers and fetch make of it.
        expect(new URL(path, 'http://localhost').pathname).toBe(path);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(['a/b', 'a?b', '100%', 'a~b', '..', '.', '~2F', '%2F', '?', '/', 'BTC/EUR', 'a b', 'crème', '寿司'])(
    '%s does',
    (name) => {
      expect(readItem({ item: decodePath(pathName(name)) as string })).toBe(name);
    },
  );

  it.each(['a%3Fb', 'a%2', '%25'])('written %s never stands for another', (written) => {
    expect(decodePath(`/items/${written}`)).toBeUndefined();
  });

  it('that is not escaped is refused with what to write', () => {
    for (const item of ['a/b', 'a?b', '100%', 'a~b', '~0A', '..', '~20'])
      expect(() => readItem({ item })).toThrow(/written ~2F ~3F ~25 ~7E/);
  });
});
