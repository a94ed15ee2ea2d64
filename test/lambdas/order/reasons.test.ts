import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deadLetterCodes, reasons, withWords } from '../../../lambdas/order/reasons';

const root = join(__dirname, '../../../lambdas');
const files = (readdirSync(root, { recursive: true }) as string[])
  .filter((name) => name.endsWith('.ts') && name !== join('order', 'reasons.ts'))
  .map((name) => ({ name, code: readFileSync(join(root, name), 'utf8') }));

/** The codes that stand in the code where such a one is made, each with a file that does. */
function codesAt(pattern: RegExp, but?: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, code } of files.filter((file) => file.name !== but)) {
    for (const [, text = ''] of code.matchAll(pattern)) {
      for (const [, literal = ''] of text.matchAll(/['`]([a-z0-9]+(?:_[a-z0-9]+)*)['`]/g)) found.set(literal, name);
    }
  }
  return found;
}

const withoutWords = (codes: ReadonlyMap<string, string>, table: Readonly<Record<string, string>>) =>
  [...codes].filter(([code]) => !Object.hasOwn(table, code)).map(([code, file]) => `${code} in lambdas/${file}`);

describe('every code has words', () => {
  it('of those that say why an order goes no further, or its cancel is refused', () => {
    const codes = new Map([
      // `reason: 'no_price'`, `const reason = …`, a table of them, the types that list them, a default of the schema.
      // The dead letters' own table of headers is none of them.
      ...codesAt(
        /\breasons?(?:: Record<\w+, string>)?\s*[:=]\s*(\{[^}]*\}|[^,;})\n]+)/g,
        join('kafka', 'dead-letter.ts'),
      ),
      ...codesAt(/type \w*Reason\s*=([^;]+);/g),
      ...codesAt(/\breason: z[^\n]*\.default\(([^)]*)\)/g),
      ...(['user_blocked', 'item_blocked'] as const).map((code) => [code, 'risk/judge.ts'] as const),
    ]);
    for (const known of ['no_price', 'cancel_requested', 'settled', 'nothing_remains', 'payment_declined', 'voided']) {
      expect([known, codes.has(known)]).toEqual([known, true]);
    }
    expect(withoutWords(codes, reasons)).toEqual([]);
  });

  it('of those that say why a record is dead-lettered', () => {
    const codes = new Map([
      ...codesAt(/new FatalRecordError\(\s*([^,]+),/g),
      ...codesAt(/class \w*(?:Refused|Fatal)\w*Error[^{]*\{\s*readonly code = ([^;]+);/g),
      ...codesAt(/\bvalid\([^\n]*?, ('\w+')/g),
      ...codesAt(/super\(\s*('\w+'),/g),
      ...codesAt(/code \?\? ('\w+')/g),
    ]);
    for (const known of ['invalid_order', 'stock_too_low', 'state_refused', 'processing_failed', 'unexpected']) {
      expect([known, codes.has(known)]).toEqual([known, true]);
    }
    expect(withoutWords(codes, deadLetterCodes)).toEqual([]);
  });
});

it('says a code with its words, and one that nobody knows alone', () => {
  expect(withWords('no_price')).toBe(
    'no_price: this item has no list price; set one by `orderflow item price <item> <price>`',
  );
  expect(withWords('card_expired')).toBe('card_expired');
  expect(withWords('constructor')).toBe('constructor');
});
