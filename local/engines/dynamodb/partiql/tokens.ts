import { validationError } from '../errors';

export type TokenKind = 'word' | 'name' | 'text' | 'number' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Without quotes; of a bare word as it was written. */
  readonly text: string;
  readonly at: number;
}

const PATTERN =
  /(?<space>\s+|--[^\n]*)|(?<word>[A-Za-z_][A-Za-z0-9_$]*)|"(?<name>(?:[^"]|"")+)"|'(?<text>(?:[^']|'')*)'|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<symbol><<|>>|<>|!=|<=|>=|[-+*.,?:;=<>(){}[\]])/y;

/** @throws ApiError `ValidationException` */
export function tokensOf(statement: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < statement.length) {
    PATTERN.lastIndex = at;
    const groups = PATTERN.exec(statement)?.groups;
    if (!groups) throw syntaxError(statement, at);
    const { space, word, name, text, number, symbol } = groups;
    if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name.replaceAll('""', '"'), at });
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.replaceAll("''", "'"), at });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else if (space === undefined) tokens.push({ kind: 'symbol', text: symbol ?? '', at });
    at = PATTERN.lastIndex;
  }
  return [...tokens, { kind: 'end', text: '', at }];
}

export const syntaxError = (statement: string, at: number) =>
  validationError(
    `Statement wasn't well formed, can't be processed: unexpected ${
      at >= statement.length ? 'end' : `"${statement.slice(at, at + 20)}"`
    } at character ${at + 1}`,
  );
