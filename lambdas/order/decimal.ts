import Big from 'big.js';

/** Digits a price may have in all, and behind the point: what a ledger with eight decimals adds up without rounding. */
export const PRICE_DIGITS = 18;
export const PRICE_DECIMALS = 8;

const DECIMAL = /^(\d{1,40})(?:\.(\d{1,40}))?$/;

/** The rule of {@link canonicalPrice} as one expression, for readers of the documents. */
export const PRICE_PATTERN = `^(?=\\d{1,40}(?:\\.\\d{1,40})?$)(?!0+(?:\\.0+)?$)(?:${[
  `0*\\d{0,${PRICE_DIGITS}}(?:\\.0+)?`,
  ...Array.from({ length: PRICE_DECIMALS }, (_, n) => `0*\\d{0,${PRICE_DIGITS - n - 1}}\\.\\d{${n + 1}}0*`),
].join('|')})$`;

export type Decimal = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: string };

/**
 * The one spelling of a price: no sign, no exponent, no zeros that mean nothing (`03200.10` is `3200.1`), so that equal
 * prices are equal strings.
 */
export function canonicalPrice(text: string): Decimal {
  const match = DECIMAL.exec(text);
  if (!match) return { ok: false, fault: 'must be a positive decimal number such as "3200.10"' };
  const whole = (match[1] ?? '').replace(/^0+/, '');
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (whole === '' && fraction === '') return { ok: false, fault: 'must be greater than 0' };
  if (fraction.length > PRICE_DECIMALS) return { ok: false, fault: `must have at most ${PRICE_DECIMALS} decimals` };
  if (whole.length + fraction.length > PRICE_DIGITS) {
    return { ok: false, fault: `must have at most ${PRICE_DIGITS} digits` };
  }
  return { ok: true, text: `${whole || '0'}${fraction && `.${fraction}`}` };
}

/**
 * A JSON number's literal as plain digits (`1e2` is `100`), so that it is judged as its sender wrote it and not as the
 * nearest double. A literal far out of a price's range stays as it is: writing out `1e400000000` would fill the memory.
 */
export function plainLiteral(literal: string): string {
  if (!/[eE]/.test(literal)) return literal;
  const value = Big(literal);
  return Math.abs(value.e) > 2 * PRICE_DIGITS ? literal : value.toFixed();
}
