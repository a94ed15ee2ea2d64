import type { Attribute, Item, Table } from 'dynalite/db';
import { validateAttributeValue } from 'dynalite/validations';
import { validationError } from '../errors';
import type { Expression, Path, Statement } from './parse';

/** A condition, or an operand of one, as dynalite's own parser gives it: paths are arrays, values attributes. */
export type Compiled =
  | Path
  | Attribute
  | { readonly type: string; readonly name?: string; readonly args: readonly Compiled[] };

const FUNCTIONS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
};

/** @throws ApiError `ValidationException` for what is no condition. */
export function compileCondition(expression: Expression, parameters: readonly Attribute[]): Compiled {
  if (expression.type === 'call') {
    if (expression.name === 'size') throw notACondition('size');
    return compileCall(expression, parameters);
  }
  if (expression.type !== 'operator') throw notACondition(expression.type);
  const { name, args } = expression;
  switch (name) {
    case 'and':
    case 'or':
    case 'not':
      return { type: name, args: args.map((arg) => compileCondition(arg, parameters)) };
    case 'missing':
      return { type: 'function', name: 'attribute_not_exists', args: [pathOf(args[0])] };
    case 'null':
      return { type: 'function', name: 'attribute_type', args: [pathOf(args[0]), { S: 'NULL' }] };
    case '+':
    case '-':
      throw notACondition(name);
    default:
      return { type: name, args: args.map((arg) => compileOperand(arg, parameters)) };
  }
}

function compileOperand(expression: Expression, parameters: readonly Attribute[]): Compiled {
  if (expression.type === 'path') return expression.path;
  if (expression.type === 'call' && expression.name === 'size') return compileCall(expression, parameters);
  return attributeOf(expression, parameters);
}

function compileCall(
  { name, args }: Extract<Expression, { type: 'call' }>,
  parameters: readonly Attribute[],
): Compiled {
  const count = FUNCTIONS[name];
  if (count === undefined) throw validationError(`Unsupported function: ${name}`);
  if (args.length !== count) throw validationError(`Function ${name} takes ${count} arguments, not ${args.length}`);
  return {
    type: 'function',
    name,
    args: args.map((arg, i) => (i === 0 ? pathOf(arg) : compileOperand(arg, parameters))),
  };
}

/** @throws ApiError `ValidationException` for what is no value, or not a valid one. */
export function attributeOf(expression: Expression, parameters: readonly Attribute[]): Attribute {
  switch (expression.type) {
    case 'parameter':
      return parameters[expression.index] as Attribute;
    case 'text':
      return { S: expression.value };
    case 'number':
      return valid({ N: expression.value });
    case 'boolean':
      return { BOOL: expression.value };
    case 'null':
      return { NULL: true };
    case 'list':
      return { L: expression.items.map((item) => attributeOf(item, parameters)) };
    case 'map':
      return { M: itemOf(expression, parameters) };
    case 'set':
      return setOf(expression.items.map((item) => attributeOf(item, parameters)));
    default:
      throw validationError(`A value is wanted where the statement has a ${expression.type}`);
  }
}

/** @throws ApiError `ValidationException` */
export function itemOf(expression: Expression, parameters: readonly Attribute[]): Item {
  if (expression.type === 'parameter') {
    const { M } = attributeOf(expression, parameters) as { M?: Item };
    if (M) return M;
  }
  if (expression.type !== 'map') throw validationError('An item is written as {"name": value, …}');
  const item: Item = {};
  for (const [name, value] of expression.entries) {
    if (Object.hasOwn(item, name)) throw validationError(`The item has the attribute ${name} twice`);
    item[name] = attributeOf(value, parameters);
  }
  return item;
}

function setOf(values: readonly Attribute[]): Attribute {
  const [type = ''] = Object.keys(values[0] ?? {});
  if (!['S', 'N', 'B'].includes(type) || values.some((value) => !(type in value))) {
    throw validationError('A set holds strings, numbers or binary values, one kind of them, and at least one');
  }
  return valid({ [`${type}S`]: values.map((value) => value[type]) });
}

function valid(value: Attribute): Attribute {
  const message = validateAttributeValue(value);
  if (message) throw validationError(message);
  return value;
}

/** What a WHERE says of the key by equality, and the rest of it. */
export interface Where {
  readonly key: Item;
  readonly rest: readonly Expression[];
}

/** Splits off the equalities of the WHERE's outermost AND that name these attributes. */
export function splitKey(
  where: Expression | undefined,
  attributes: readonly string[],
  parameters: readonly Attribute[],
): Where {
  const key: Item = {};
  const rest: Expression[] = [];
  for (const part of conjuncts(where)) {
    const equality = equalityOf(part);
    if (equality && attributes.includes(equality.name) && !Object.hasOwn(key, equality.name)) {
      key[equality.name] = attributeOf(equality.value, parameters);
    } else rest.push(part);
  }
  return { key, rest };
}

/** @throws ApiError `ValidationException` when the WHERE does not name one item. */
export function wholeKey(
  statement: Statement & { where?: Expression },
  table: Table,
  parameters: readonly Attribute[],
) {
  const attributes = keyNames(table);
  const { key, rest } = splitKey(statement.where, attributes, parameters);
  if (Object.keys(key).length === attributes.length) return { key, rest };
  throw validationError('Where clause does not contain a mandatory equality on all key attributes');
}

export const keyNames = ({ KeySchema }: Pick<Table, 'KeySchema'>): readonly string[] =>
  KeySchema.map(({ AttributeName }) => AttributeName);

/** undefined when nothing is left to ask. */
export const conjunction = (parts: readonly Compiled[]): Compiled | undefined =>
  parts.length === 0 ? undefined : parts.reduce((left, right) => ({ type: 'and', args: [left, right] }));

export function conjuncts(where: Expression | undefined): readonly Expression[] {
  if (where === undefined) return [];
  return where.type === 'operator' && where.name === 'and' ? where.args.flatMap(conjuncts) : [where];
}

function equalityOf(part: Expression): { readonly name: string; readonly value: Expression } | undefined {
  if (part.type !== 'operator' || part.name !== '=') return undefined;
  const [left, right] = part.args as [Expression, Expression];
  const [path, value] = left.type === 'path' ? [left, right] : [right, left];
  if (path.type !== 'path' || path.path.length !== 1 || value.type === 'path' || value.type === 'call')
    return undefined;
  return { name: path.path[0] as string, value };
}

export function pathOf(expression: Expression | undefined): Path {
  if (expression?.type === 'path') return expression.path;
  throw validationError('The statement has a value where an attribute is wanted');
}

const notACondition = (what: string) => validationError(`A condition is wanted where the statement has a ${what}`);
