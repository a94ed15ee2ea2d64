import Big from 'big.js';
import fc from 'fast-check';
import { canonicalPrice, PRICE_DECIMALS, PRICE_DIGITS, plainLiteral } from '../../../lambdas/order/decimal';

const digits = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: min, maxLength: max });

const decimalText = fc
  .tuple(digits(1, 20), fc.option(digits(1, 12), { nil: undefined }))
  .map(([whole, fraction]) => (fraction === undefined ? whole : `${whole}.${fraction}`));

describe('canonicalPrice', () => {
  it('keeps the value and takes it exactly when it is positive and within 18 digits and 8 decimals', () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        const value = Big(text);
        const fraction = Math.max(0, value.c.length - value.e - 1);
        const whole = Math.max(0, value.e + 1);
        const fits = value.gt(0) && fraction <= PRICE_DECIMALS && whole + fraction <= PRICE_DIGITS;
        const result = canonicalPrice(text);
        expect(result.ok).toBe(fits);
        if (result.ok) expect(Big(result.text).eq(value)).toBe(true);
      }),
    );
  });

  it('spells equal values the same, whatever zeros stand around them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 ** 9 }),
        fc.nat(10 ** 6),
        digits(0, 5),
        digits(0, 5),
        (whole, part, before, after) => {
          const zeros = (text: string) => text.replace(/\d/g, '0');
          const plain = canonicalPrice(`${whole}.${part}`);
          expect(canonicalPrice(`${zeros(before)}${whole}.${part}${zeros(after)}`)).toEqual(plain);
        },
      ),
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        const once = canonicalPrice(text);
        if (once.ok) expect(canonicalPrice(once.text)).toEqual(once);
      }),
    );
  });

  it.each([
    ['3200.10', '3200.1'],
    ['0003', '3'],
    ['0.00000001', '0.00000001'],
    ['999999999999999999', '999999999999999999'],
  ])('reads %s as %s', (text, expected) => {
    expect(canonicalPrice(text)).toEqual({ ok: true, text: expected });
  });

  it.each(['0', '0.000', '-1', '+1', '1e2', 'abc', '', '.5', '5.', '1,5', ' 1', '0x10', 'NaN', 'Infinity', '١'])(
    'refuses %j',
    (text) => {
      expect(canonicalPrice(text).ok).toBe(false);
    },
  );
});

describe('plainLiteral', () => {
  it.each([
    ['1e2', '100'],
    ['1.5E-3', '0.0015'],
    ['3200.10', '3200.10'],
    ['1e400000000', '1e400000000'],
    ['1e-400000000', '1e-400000000'],
  ])('writes %s as %s', (literal, expected) => {
    expect(plainLiteral(literal)).toBe(expected);
  });
});
