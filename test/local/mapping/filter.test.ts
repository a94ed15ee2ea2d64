import { compileFilters, FilterPatternError } from '../../../local/mapping/filter';

const passes = (pattern: unknown, value: unknown) =>
  compileFilters([{ value: pattern }])?.(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

test.each([
  ['equality', { type: ['order.approved'] }, { type: 'order.approved' }, { type: 'order.rejected' }],
  ['alternatives', { type: ['a', 'b'] }, { type: 'b' }, { type: 'c' }],
  ['numbers', { quantity: [5] }, { quantity: 5 }, { quantity: '5' }],
  ['null', { side: [null] }, { side: null }, { side: 'BUY' }],
  ['null against a missing field', { side: [null] }, { side: null }, {}],
  ['booleans', { ok: [true] }, { ok: true }, { ok: 'true' }],
  ['exists', { side: [{ exists: true }] }, { side: 'BUY' }, { type: 'a' }],
  ['not exists', { side: [{ exists: false }] }, { type: 'a' }, { side: 'BUY' }],
  ['prefix', { type: [{ prefix: 'order.' }] }, { type: 'order.filled' }, { type: 'trade.executed' }],
  ['suffix', { type: [{ suffix: '.filled' }] }, { type: 'order.filled' }, { type: 'order.resting' }],
  ['equals-ignore-case', { user: [{ 'equals-ignore-case': 'John' }] }, { user: 'jOHN' }, { user: 'jane' }],
  ['numeric range', { price: [{ numeric: ['>', 1, '<=', 5] }] }, { price: 5 }, { price: 1 }],
  ['anything-but', { type: [{ 'anything-but': ['a', 'b'] }] }, { type: 'c' }, { type: 'a' }],
  ['anything-but a missing field', { type: [{ 'anything-but': 'a' }] }, { type: 'c' }, {}],
  ['anything-but a prefix', { type: [{ 'anything-but': { prefix: 'a' } }] }, { type: 'c' }, { type: 'ab' }],
  ['nesting', { order: { user: ['john'] } }, { order: { user: 'john' } }, { user: 'john' }],
  ['several fields, all of them', { a: [1], b: [2] }, { a: 1, b: 2 }, { a: 1, b: 3 }],
  ['an array of values, any of them', { tags: ['x'] }, { tags: ['y', 'x'] }, { tags: ['y'] }],
  ['$or', { $or: [{ a: [1] }, { b: [2] }] }, { b: 2 }, { a: 2 }],
])('%s decides', (_name, pattern, yes, no) => {
  expect(passes(pattern, yes)).toBe(true);
  expect(passes(pattern, no)).toBe(false);
});

test('a JSON pattern drops what does not parse, what is no object, and tombstones', () => {
  const pattern = { type: [{ exists: false }] };
  expect(passes(pattern, '{oops')).toBe(false);
  expect(passes(pattern, '[1]')).toBe(false);
  expect(compileFilters([{ value: pattern }])?.(null)).toBe(false);
});

test('a plain-text pattern compares the whole value', () => {
  expect(passes(['hello'], 'hello')).toBe(true);
  expect(passes([{ prefix: 'he' }], 'hello')).toBe(true);
  expect(passes(['hello'], 'hello!')).toBe(false);
});

test('one of several filters is enough, and none at all filters nothing', () => {
  const filter = compileFilters([{ value: { a: [1] } }, { value: { a: [2] } }]);
  expect(filter?.(Buffer.from('{"a":2}'))).toBe(true);
  expect(filter?.(Buffer.from('{"a":3}'))).toBe(false);
  expect(compileFilters([])).toBeUndefined();
});

test('a field named __proto__ is a field like any other', () => {
  expect(passes(JSON.parse('{"__proto__":[{"exists":true}]}'), { a: 1 })).toBe(false);
  expect(passes({ admin: [{ exists: true }] }, '{"__proto__":{"admin":true}}')).toBe(false);
});

test.each([
  ['an unknown operator', { value: { a: [{ cidr: '10.0.0.0/8' }] } }],
  ['a key pattern', { key: { a: [1] } }],
  ['a broken numeric', { value: { a: [{ numeric: ['>'] }] } }],
  ['a prefix that is no text', { value: { a: [{ prefix: 5 }] } }],
  ['no object', 'value'],
])('%s is refused by name', (_name, pattern) => {
  expect(() => compileFilters([pattern])).toThrow(FilterPatternError);
});
