import Big from 'big.js';
import * as fc from 'fast-check';
import { divideHalfEven, fromUnits, toUnits } from '../../../lambdas/order/units';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 8 }))
  .map(([digits, decimals]) => Big(String(digits)).div(Big(10).pow(decimals)).toFixed());

test('a decimal and back is the same decimal', () => {
  void fc.assert(fc.property(decimal, (text) => expect(fromUnits(toUnits(text))).toBe(Big(text).toFixed())));
});

test.each([
  ['0', 0n],
  ['1', 100_000_000n],
  ['0.00000001', 1n],
  ['-0.5', -50_000_000n],
  ['3200.10', 320_010_000_000n],
])('%s is %d of the smallest unit', (text, units) => {
  expect(toUnits(text)).toBe(units);
});

test('what has more than eight decimals is no price', () => {
  expect(() => toUnits('0.000000001')).toThrow(RangeError);
});

test('sorts as the decimals do', () => {
  void fc.assert(
    fc.property(decimal, decimal, (one, other) => {
      const units = toUnits(one) - toUnits(other);
      expect(units === 0n ? 0 : units > 0n ? 1 : -1).toBe(Big(one).cmp(other));
    }),
  );
});

test('divides as big.js does when it rounds half to even', () => {
  const integer = fc.oneof(fc.bigInt({ min: -20n, max: 20n }), fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }));
  const exact = Big();
  exact.DP = 0;
  exact.RM = exact.roundHalfEven;
  void fc.assert(
    fc.property(
      integer,
      integer.filter((divisor) => divisor !== 0n),
      (dividend, divisor) => {
        const expected = new exact(String(dividend)).div(new exact(String(divisor))).toFixed();
        expect(String(divideHalfEven(dividend, divisor))).toBe(expected === '-0' ? '0' : expected);
      },
    ),
  );
});
