import { combine } from '../../../lambdas/risk/limits';
import { createRecentValues } from '../../../lambdas/risk/recent-values';
import { defaultTerms } from '../../../lambdas/risk/terms';

test('what is said of a user outranks what is said of everybody; nothing said leaves the defaults', () => {
  expect(combine(undefined, undefined, undefined, undefined)).toEqual(defaultTerms);
  const everybody = { maxOpenNotional: '10', maxQuantity: 5, maySellShort: false };
  expect(combine(everybody, { maxOpenNotional: '20', maySellShort: true }, undefined, '8.5')).toEqual({
    maxOpenNotional: '20',
    maxQuantity: 5,
    maySellShort: true,
    mayNamePrice: false,
    listPrice: '8.5',
  });
});

test('an item can only tighten the quantity', () => {
  expect(combine({ maxQuantity: 5 }, undefined, { maxQuantity: 3 }, undefined).maxQuantity).toBe(3);
  expect(combine({ maxQuantity: 5 }, undefined, { maxQuantity: 9 }, undefined).maxQuantity).toBe(5);
});

test('a price of one’s own is allowed where the narrowest limit says so, and never to a user who may not', () => {
  const may = (...[everybody, user, item]: (boolean | undefined)[]) => {
    const [e, u, i] = [everybody, user, item].map((said) => (said === undefined ? {} : { mayNamePrice: said }));
    return combine(e, u, i, undefined).mayNamePrice;
  };
  expect(may()).toBe(false);
  expect(may(true)).toBe(true);
  expect(may(undefined, undefined, true)).toBe(true);
  expect(may(undefined, true)).toBe(true);
  expect(may(true, undefined, false)).toBe(false);
  expect(may(undefined, false, true)).toBe(false);
  expect(may(true, false)).toBe(false);
});

test('a user, or an item, can be blocked', () => {
  expect(combine(undefined, { blocked: true }, undefined, undefined).blocked).toBe('user');
  expect(combine(undefined, { blocked: false }, { blocked: true }, undefined).blocked).toBe('item');
});

describe('recent values', () => {
  const reading = () => {
    const reads: string[][] = [];
    let time = 0;
    const values = createRecentValues<string>(
      100,
      () => time,
      async (names) => {
        reads.push([...names]);
        return new Map(names.filter((name) => name !== 'absent').map((name) => [name, `${name}${time}`]));
      },
    );
    const advance = (ms: number) => {
      time += ms;
    };
    return { values, reads, advance };
  };

  test('are read once in a while, each name once a call', async () => {
    const { values, reads, advance } = reading();
    expect(await values(['a', 'b', 'a'])).toEqual(
      new Map([
        ['a', 'a0'],
        ['b', 'b0'],
      ]),
    );
    advance(99);
    expect(await values(['a', 'c'])).toEqual(
      new Map([
        ['a', 'a0'],
        ['c', 'c99'],
      ]),
    );
    advance(1);
    expect((await values(['a'])).get('a')).toBe('a100');
    expect(reads).toEqual([['a', 'b'], ['c'], ['a']]);
  });

  test('that are doubted are read anew', async () => {
    const { values, reads, advance } = reading();
    await values(['a']);
    advance(1);
    expect((await values(['a'], true)).get('a')).toBe('a1');
    expect((await values(['a'])).get('a')).toBe('a1');
    expect(reads).toEqual([['a'], ['a']]);
  });

  test('that are absent are asked for again each time', async () => {
    const { values, reads } = reading();
    expect((await values(['absent'])).size).toBe(0);
    expect((await values(['absent'])).size).toBe(0);
    expect(reads).toHaveLength(2);
  });
});
