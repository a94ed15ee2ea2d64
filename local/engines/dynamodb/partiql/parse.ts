import { syntaxError, type Token, tokensOf } from './tokens';

/** Names of attributes and positions in lists, from the outermost. */
export type Path = readonly (string | number)[];

export type Expression =
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'parameter'; readonly index: number }
  | { readonly type: 'text' | 'number'; readonly value: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null' }
  | { readonly type: 'map'; readonly entries: readonly (readonly [string, Expression])[] }
  | { readonly type: 'list' | 'set'; readonly items: readonly Expression[] }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly type: 'operator'; readonly name: Operator; readonly args: readonly Expression[] };

export type Operator =
  | 'and'
  | 'or'
  | 'not'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | 'between'
  | 'in'
  | 'missing'
  | 'null'
  | '+'
  | '-';

export type Returning = 'ALL_OLD' | 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW';

interface Target {
  readonly table: string;
  /** How many parameters it takes. */
  readonly parameters: number;
}

export type Statement =
  | (Target & { readonly type: 'insert'; readonly value: Expression })
  | (Target & {
      readonly type: 'update';
      readonly sets: readonly { readonly path: Path; readonly value: Expression }[];
      readonly removes: readonly Path[];
      readonly where: Expression;
      readonly returning?: Returning;
    })
  | (Target & { readonly type: 'delete'; readonly where: Expression; readonly returning?: Returning })
  | (Target & {
      readonly type: 'select';
      readonly index?: string;
      /** Undefined: all. */
      readonly columns?: readonly Path[];
      readonly where?: Expression;
      readonly order?: { readonly path: Path; readonly descending: boolean };
      /** Whether only asked if there is such an item, by EXISTS( … ). */
      readonly exists: boolean;
    });

const COMPARISONS: ReadonlyMap<string, Operator> = new Map([
  ['=', '='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

/**
 * Reads a statement of DynamoDB's PartiQL (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html).
 *
 * @throws ApiError `ValidationException`
 */
export function parseStatement(text: string): Statement {
  const tokens = tokensOf(text);
  let position = 0;
  let parameters = 0;

  const result = statement();
  take(';');
  if (peek().kind !== 'end') throw unexpected();
  return { ...result, parameters };

  function statement(): Statement {
    if (takeWord('INSERT')) return insert();
    if (takeWord('UPDATE')) return update();
    if (takeWord('DELETE')) return remove();
    if (takeWord('SELECT')) return select(false);
    if (!takeWord('EXISTS')) throw unexpected();
    expect('(');
    expectWord('SELECT');
    const inner = select(true);
    expect(')');
    return inner;
  }

  function insert(): Statement {
    expectWord('INTO');
    const table = name();
    expectWord('VALUE');
    return { type: 'insert', table, value: value(), parameters };
  }

  function update(): Statement {
    const table = name();
    const sets: { path: Path; value: Expression }[] = [];
    const removes: Path[] = [];
    for (;;) {
      if (takeWord('SET')) {
        do {
          const to = path();
          expect('=');
          sets.push({ path: to, value: sum() });
        } while (take(','));
      } else if (takeWord('REMOVE')) {
        do removes.push(path());
        while (take(','));
      } else break;
    }
    if (sets.length + removes.length === 0) throw unexpected();
    expectWord('WHERE');
    const where = condition();
    return { type: 'update', table, sets, removes, where, ...returning(), parameters };
  }

  function remove(): Statement {
    expectWord('FROM');
    const table = name();
    expectWord('WHERE');
    const where = condition();
    return { type: 'delete', table, where, ...returning(), parameters };
  }

  function select(exists: boolean): Statement {
    const columns: Path[] = [];
    if (!take('*')) {
      do columns.push(path());
      while (take(','));
    }
    expectWord('FROM');
    const table = name();
    const index = take('.') ? name() : undefined;
    const where = takeWord('WHERE') ? condition() : undefined;
    const order = takeWord('ORDER') ? orderBy() : undefined;
    return {
      type: 'select',
      table,
      ...(index === undefined ? {} : { index }),
      ...(columns.length === 0 ? {} : { columns }),
      ...(where ? { where } : {}),
      ...(order ? { order } : {}),
      exists,
      parameters,
    };
  }

  function orderBy() {
    expectWord('BY');
    const by = path();
    const descending = takeWord('DESC');
    if (!descending) takeWord('ASC');
    return { path: by, descending };
  }

  function returning(): { returning?: Returning } {
    if (!takeWord('RETURNING')) return {};
    const what = takeWord('ALL') ? 'ALL' : expectWord('MODIFIED') && 'UPDATED';
    const when = takeWord('OLD') ? 'OLD' : expectWord('NEW') && 'NEW';
    expect('*');
    return { returning: `${what}_${when}` as Returning };
  }

  function condition(): Expression {
    let left = conjunction();
    while (takeWord('OR')) left = operator('or', left, conjunction());
    return left;
  }

  function conjunction(): Expression {
    let left = negation();
    while (takeWord('AND')) left = operator('and', left, negation());
    return left;
  }

  function negation(): Expression {
    return takeWord('NOT') ? operator('not', negation()) : comparison();
  }

  function comparison(): Expression {
    const left = sum();
    const symbol = peek().kind === 'symbol' ? COMPARISONS.get(peek().text) : undefined;
    if (symbol) {
      position++;
      return operator(symbol, left, sum());
    }
    if (takeWord('IS')) {
      const negated = takeWord('NOT');
      const name = takeWord('MISSING') ? 'missing' : expectWord('NULL') && 'null';
      const test = operator(name as Operator, left);
      return negated ? operator('not', test) : test;
    }
    const negated = isWord('NOT') && takeWord('NOT');
    const test = range(left);
    if (negated && !test) throw unexpected();
    return test ? (negated ? operator('not', test) : test) : left;
  }

  function range(left: Expression): Expression | undefined {
    if (takeWord('BETWEEN')) {
      const from = sum();
      expectWord('AND');
      return operator('between', left, from, sum());
    }
    if (!takeWord('IN')) return undefined;
    if (take('(')) return operator('in', left, ...list(')'));
    expect('[');
    return operator('in', left, ...list(']'));
  }

  function sum(): Expression {
    let left = value();
    for (;;) {
      if (take('+')) left = operator('+', left, value());
      else if (take('-')) left = operator('-', left, value());
      else return left;
    }
  }

  function value(): Expression {
    const token = peek();
    if (token.kind === 'text') {
      position++;
      return { type: 'text', value: token.text };
    }
    if (token.kind === 'number') {
      position++;
      return { type: 'number', value: token.text };
    }
    if (take('-')) {
      const number = peek();
      if (number.kind !== 'number') throw unexpected();
      position++;
      return { type: 'number', value: `-${number.text}` };
    }
    if (take('?')) return { type: 'parameter', index: parameters++ };
    if (take('{')) return { type: 'map', entries: entries() };
    if (take('[')) return { type: 'list', items: list(']') };
    if (take('<<')) return { type: 'set', items: list('>>') };
    if (take('(')) {
      const inner = condition();
      expect(')');
      return inner;
    }
    if (takeWord('TRUE')) return { type: 'boolean', value: true };
    if (takeWord('FALSE')) return { type: 'boolean', value: false };
    if (takeWord('NULL')) return { type: 'null' };
    if (token.kind === 'word' && tokens[position + 1]?.text === '(' && tokens[position + 1]?.kind === 'symbol') {
      position += 2;
      return { type: 'call', name: token.text.toLowerCase(), args: list(')') };
    }
    return { type: 'path', path: path() };
  }

  function entries(): (readonly [string, Expression])[] {
    const result: (readonly [string, Expression])[] = [];
    if (take('}')) return result;
    do {
      const key = peek();
      if (key.kind !== 'text' && key.kind !== 'name') throw unexpected();
      position++;
      expect(':');
      result.push([key.text, value()]);
    } while (take(','));
    expect('}');
    return result;
  }

  function list(end: string): Expression[] {
    const items: Expression[] = [];
    if (take(end)) return items;
    do items.push(sum());
    while (take(','));
    expect(end);
    return items;
  }

  function path(): Path {
    const pieces: (string | number)[] = [name()];
    for (;;) {
      if (take('.')) pieces.push(name());
      else if (take('[')) {
        const token = peek();
        if (token.kind === 'number' && /^\d+$/.test(token.text)) pieces.push(Number(token.text));
        else if (token.kind === 'text') pieces.push(token.text);
        else throw unexpected();
        position++;
        expect(']');
      } else return pieces;
    }
  }

  function name(): string {
    const token = peek();
    if (token.kind !== 'word' && token.kind !== 'name') throw unexpected();
    position++;
    return token.text;
  }

  function peek(): Token {
    return tokens[position] as Token;
  }

  function take(symbol: string): boolean {
    const token = peek();
    if (token.kind !== 'symbol' || token.text !== symbol) return false;
    position++;
    return true;
  }

  function isWord(word: string): boolean {
    return peek().kind === 'word' && peek().text.toUpperCase() === word;
  }

  function takeWord(word: string): boolean {
    if (!isWord(word)) return false;
    position++;
    return true;
  }

  function expect(symbol: string): void {
    if (!take(symbol)) throw unexpected();
  }

  function expectWord(word: string): true {
    if (!takeWord(word)) throw unexpected();
    return true;
  }

  function unexpected() {
    return syntaxError(text, peek().at);
  }
}

const operator = (name: Operator, ...args: readonly Expression[]): Expression => ({ type: 'operator', name, args });
