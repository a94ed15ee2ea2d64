import { UnresolvedError } from './assembly-error';
import { isObject } from './template';

/** The pure half of CloudFormation's functions: resolved values in, values out. */

/** AWS::NoValue: the property, or the element, is as if it were not there. */
export const noValue = Symbol('AWS::NoValue');

/** Text of a scalar, as CloudFormation coerces it. */
export const asText = (value: unknown, what: string): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new UnresolvedError(`${what} takes text, and got ${describe(value)}`);
};

export const asList = (value: unknown, what: string): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw new UnresolvedError(`${what} takes a list, and got ${describe(value)}`);
};

const describe = (value: unknown): string => {
  if (value === noValue || value === undefined) return 'nothing';
  const shown = JSON.stringify(value);
  return shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
};

export const join = (delimiter: unknown, values: unknown): string =>
  asList(values, 'Fn::Join')
    .map((value) => asText(value, 'Fn::Join'))
    .join(asText(delimiter, 'Fn::Join'));

export const select = (index: unknown, values: unknown): unknown => {
  const list = asList(values, 'Fn::Select');
  const position = Number(asText(index, 'Fn::Select'));
  if (!Number.isInteger(position) || position < 0 || position >= list.length) {
    throw new UnresolvedError(`Fn::Select asks for element ${String(index)} of a list of ${list.length}`);
  }
  return list[position];
};

export const split = (delimiter: unknown, value: unknown): string[] => {
  const by = asText(delimiter, 'Fn::Split');
  if (by === '') throw new UnresolvedError('Fn::Split takes a delimiter that is not empty');
  return asText(value, 'Fn::Split').split(by);
};

/**
 * Text with `${Name}`, `${Name.Attribute}` and `${!Literal}`
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html).
 *
 * @param lookUp the text of a name between the braces.
 */
export const substitute = (template: string, lookUp: (name: string) => string): string =>
  template.replace(/\$\{([^}]*)\}/g, (_, name: string) =>
    name.startsWith('!') ? `\${${name.slice(1)}}` : lookUp(name.trim()),
  );

const addressToNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

const numberToAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** `count` consecutive blocks of 2^`cidrBits` addresses, from the start of the block. IPv4 only. */
export const cidr = (block: unknown, count: unknown, cidrBits: unknown = 8): string[] => {
  const [address = '', length = ''] = asText(block, 'Fn::Cidr').split('/');
  const number = Number(asText(count, 'Fn::Cidr'));
  const bits = Number(asText(cidrBits, 'Fn::Cidr'));
  const valid = /^\d{1,3}(\.\d{1,3}){3}$/.test(address) && /^\d{1,2}$/.test(length) && number >= 1 && number <= 256;
  if (!valid || !Number.isInteger(bits) || bits < 0 || bits > 32 || number * 2 ** bits > 2 ** (32 - Number(length))) {
    throw new UnresolvedError(
      `Fn::Cidr cannot cut ${String(count)} blocks of ${String(cidrBits)} bits from ${String(block)}`,
    );
  }
  const first = Math.floor(addressToNumber(address) / 2 ** (32 - Number(length))) * 2 ** (32 - Number(length));
  return Array.from({ length: number }, (_, i) => `${numberToAddress(first + i * 2 ** bits)}/${32 - bits}`);
};

export const lengthOf = (value: unknown): number => asList(value, 'Fn::Length').length;

/** Equality as Fn::Equals has it: `1` and `"1"` are the same, objects compare by content. */
export const equal = (left: unknown, right: unknown): boolean => {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((value, i) => equal(value, right[i]));
  }
  if (isObject(left) && isObject(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
    );
  }
  return String(left) === String(right);
};

/** What is left of resolved content when all that is AWS::NoValue has gone. */
export const withoutNoValue = (value: unknown): unknown => (value === noValue ? undefined : value);
