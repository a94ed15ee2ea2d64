/**
 * What a terminal or a reader would act on instead of showing it: control characters of both sets (escape sequences, line
 * breaks), marks that turn the direction of text or take no room, and halves of surrogate pairs. A tab is only wide, and a
 * zero-width joiner holds emoji and scripts together.
 */
const ACTIVE = /[^\P{Cc}\t]|[^\P{Cf}\u200c\u200d]|[\p{Cs}\p{Zl}\p{Zp}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' };

/**
 * Text that comes from data (records, functions, engines, answers), as it may go to a terminal: one line, in which each such
 * character stands as its escape: `\x1b`, `\n`, `\u202e`. Whatever is printed for people goes through here; JSON stays exact.
 */
export const visible = (text: string): string => text.replace(ACTIVE, (found) => SHORT[found] ?? escaped(found));

/** The same of a text whose lines are its own: each by itself. */
export const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n');

function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}
