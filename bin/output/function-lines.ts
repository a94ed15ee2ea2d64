import type { Formatter } from 'picocolors/types';

/** The fields of a structured log line that people read. */
interface Structured {
  readonly level?: unknown;
  readonly message?: unknown;
  readonly record?: unknown;
  readonly reason?: unknown;
  readonly error?: { readonly name?: unknown; readonly message?: unknown };
}

/**
 * A function's line as a person reads it: of a structured one the message, with the level when that is a warning or worse,
 * the record it is about, and the reason or the error if there is one. Metrics in their embedded format say nothing here: undefined.
 */
export function readable(line: string): string | undefined {
  if (!line.startsWith('{')) return line;
  const entry = parse(line);
  if (entry === undefined) return line;
  if ('_aws' in entry) return undefined;
  const { level, message, record, reason, error } = entry as Structured;
  if (typeof message !== 'string') return line;
  const weight =
    typeof level === 'string' && /^(WARN|ERROR|CRITICAL|FATAL)$/i.test(level) ? `${level.toUpperCase()} ` : '';
  const cause = error?.message === undefined ? '' : ` (${error.name ?? 'Error'}: ${error.message})`;
  const about = typeof record === 'string' ? ` ${record}` : '';
  const why = typeof reason === 'string' ? `: ${reason}` : '';
  return `${weight}${message}${about}${why}${cause}`;
}

function parse(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Writes `name │ line`, names in a column as wide as the widest so far, each in a colour that does not change between runs. */
export function prefixer(colours: readonly Formatter[]): (name: string, line: string) => string {
  let width = 0;
  return (name, line) => {
    width = Math.max(width, name.length);
    const colour = colours[sum(name) % colours.length] ?? String;
    return `${colour(`${name.padEnd(width)} │`)} ${line}`;
  };
}

const sum = (text: string): number =>
  [...text].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
