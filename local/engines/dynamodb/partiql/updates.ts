import type { Attribute } from 'dynalite/db';
import { validationError } from '../errors';
import { attributeOf } from './compile';
import type { Expression, Path, Statement } from './parse';

type Update = Extract<Statement, { type: 'update' }>;

/** A value that SET gives: a path, an attribute, or a sum or a list of them, as dynalite's own parser gives it. */
type Value = Path | Attribute | { readonly type: string; readonly name?: string; readonly args: readonly Value[] };

interface Section {
  readonly type: 'set' | 'remove' | 'add' | 'delete';
  readonly path: Path;
  val?: Value;
  readonly attrType?: string | null;
}

/** What an UPDATE does, in the shape that dynalite's action takes. Made anew each time: the action changes it. */
export function updatesOf({ sets, removes }: Update, parameters: readonly Attribute[]) {
  const sections: Section[] = [
    ...sets.map(({ path, value }) => setSection(path, value, parameters)),
    ...removes.map((path): Section => ({ type: 'remove', path })),
  ];
  assertNoOverlap(sections.map(({ path }) => path));
  const nested = sections.flatMap(({ path }) => (path.length > 1 ? [[path[0], true]] : []));
  return { sections, paths: sections.map(({ path }) => path), nestedPaths: Object.fromEntries(nested) };
}

function setSection(path: Path, value: Expression, parameters: readonly Attribute[]): Section {
  const type = value.type === 'call' ? SETS[value.name] : undefined;
  if (value.type === 'call' && type) {
    const [of, elements] = value.args;
    if (of?.type !== 'path' || of.path.join('\0') !== path.join('\0') || !elements || value.args.length !== 2) {
      throw validationError(`${value.name} takes the attribute that it sets, and a set`);
    }
    const val = attributeOf(elements, parameters);
    const [attrType = ''] = Object.keys(val);
    if (!['SS', 'NS', 'BS'].includes(attrType)) throw validationError(`${value.name} takes a set`);
    return { type, path, val, attrType };
  }
  const val = compileValue(value, parameters);
  return { type: 'set', path, val, attrType: typeOf(val) };
}

const SETS: Readonly<Record<string, 'add' | 'delete'>> = { set_add: 'add', set_delete: 'delete' };

function compileValue(expression: Expression, parameters: readonly Attribute[]): Value {
  if (expression.type === 'path') return expression.path;
  if (expression.type === 'operator' && (expression.name === '+' || expression.name === '-')) {
    const type = expression.name === '+' ? 'add' : 'subtract';
    return { type, args: expression.args.map((arg) => compileValue(arg, parameters)) };
  }
  if (expression.type === 'call') {
    const { name, args } = expression;
    if ((name !== 'list_append' && name !== 'if_not_exists') || args.length !== 2) {
      throw validationError(`Unsupported function: ${name}`);
    }
    return { type: 'function', name, args: args.map((arg) => compileValue(arg, parameters)) };
  }
  return attributeOf(expression, parameters);
}

function typeOf(value: Value): string | null {
  if (Array.isArray(value) || 'args' in value) return null;
  return Object.keys(value)[0] ?? null;
}

function assertNoOverlap(paths: readonly Path[]): void {
  paths.forEach((a, i) => {
    for (const b of paths.slice(i + 1)) {
      const length = Math.min(a.length, b.length);
      if (a.slice(0, length).every((piece, at) => piece === b[at])) {
        throw validationError('Two document paths overlap with each other');
      }
    }
  });
}
