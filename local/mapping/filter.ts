/** Decides by a record's value whether the function sees it. */
export type ValueFilter = (value: Buffer | null) => boolean;

type Matcher = (value: unknown, exists: boolean) => boolean;
type Json = Readonly<Record<string, unknown>>;

/** A pattern of FilterCriteria that this runner cannot apply. */
export class FilterPatternError extends Error {
  readonly code = 'FILTER_PATTERN';
  readonly retriable = false;
}

/**
 * Compiles FilterCriteria's patterns: a record passes when any of them matches. For Kafka only `value` is looked at; a
 * JSON pattern drops values that are not JSON, a plain-text one compares the whole value.
 *
 * @param patterns as `{"value": …}`, each parsed JSON
 * @returns undefined when there is nothing to filter
 * @throws FilterPatternError for an operator that is not known
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-filtering.html
 */
export function compileFilters(patterns: readonly unknown[]): ValueFilter | undefined {
  if (patterns.length === 0) return undefined;
  const filters = patterns.map(compileFilter);
  return (value) => filters.some((filter) => filter(value));
}

function compileFilter(pattern: unknown): ValueFilter {
  const { value, ...others } = asObject(pattern, 'A filter pattern');
  if (Object.keys(others).length > 0 || value === undefined)
    throw new FilterPatternError(`A Kafka filter looks at "value" only, this one at ${Object.keys(others).join(', ')}`);
  if (Array.isArray(value)) {
    const matches = compileLeaf(value);
    return (bytes) => matches(bytes === null ? null : bytes.toString('utf8'), bytes !== null);
  }
  const matches = compileObject(asObject(value, 'value'));
  return (bytes) => {
    if (bytes === null) return false;
    try {
      const parsed: unknown = JSON.parse(bytes.toString('utf8'));
      return isObject(parsed) && matches(parsed, true);
    } catch {
      return false;
    }
  };
}

function compileObject(pattern: Json): Matcher {
  const fields = Object.entries(pattern).map(([name, expected]): Matcher => {
    if (name === '$or') {
      if (!Array.isArray(expected)) throw new FilterPatternError('$or takes a list of patterns');
      const alternatives = expected.map((one) => compileObject(asObject(one, '$or')));
      return (value) => alternatives.some((matches) => matches(value, true));
    }
    const matches = Array.isArray(expected) ? compileLeaf(expected) : compileObject(asObject(expected, name));
    return (value) => {
      const exists = isObject(value) && Object.hasOwn(value, name);
      return matches(exists ? value[name] : undefined, exists);
    };
  });
  return (value) => fields.every((matches) => matches(value, true));
}

/** A list of alternatives; a field that is an array matches when one of its elements does. */
function compileLeaf(alternatives: readonly unknown[]): Matcher {
  const matchers = alternatives.map(compileRule);
  return (value, exists) => {
    const candidates = Array.isArray(value) && value.length > 0 ? value : [value];
    return matchers.some((matches) => candidates.some((candidate) => matches(candidate, exists)));
  };
}

function compileRule(rule: unknown): Matcher {
  if (!isObject(rule)) return (value, exists) => exists && value === rule;
  const [[operator, operand] = [], ...more] = Object.entries(rule);
  if (operator === undefined || more.length > 0)
    throw new FilterPatternError(`A rule has one operator: ${JSON.stringify(rule)}`);
  const text = (test: (value: string, operand: string) => boolean): Matcher => {
    if (typeof operand !== 'string') throw new FilterPatternError(`${operator} takes a string`);
    return (value) => typeof value === 'string' && test(value, operand);
  };
  switch (operator) {
    case 'exists':
      return (_value, exists) => exists === operand;
    case 'prefix':
      return text((value, prefix) => value.startsWith(prefix));
    case 'suffix':
      return text((value, suffix) => value.endsWith(suffix));
    case 'equals-ignore-case':
      return text((value, other) => value.toLowerCase() === other.toLowerCase());
    case 'anything-but': {
      const excluded = (Array.isArray(operand) ? operand : [operand]).map(compileRule);
      return (value, exists) => exists && !excluded.some((matches) => matches(value, exists));
    }
    case 'numeric':
      return compileNumeric(operand);
    default:
      throw new FilterPatternError(`The filter operator ${operator} is not known offline`);
  }
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** `[">", 0, "<=", 5]` */
function compileNumeric(operand: unknown): Matcher {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0)
    throw new FilterPatternError('numeric takes pairs of a comparison and a number');
  const tests = Array.from({ length: operand.length / 2 }, (_, pair) => {
    const [name, bound] = [String(operand[pair * 2]), operand[pair * 2 + 1]];
    const compare = COMPARISONS[name];
    if (!compare || typeof bound !== 'number') throw new FilterPatternError(`numeric ${name} ${bound} is not known`);
    return (value: number) => compare(value, bound);
  });
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function asObject(value: unknown, what: string): Json {
  if (!isObject(value)) throw new FilterPatternError(`${what} must be an object`);
  return value;
}
