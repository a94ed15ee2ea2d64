import fc from 'fast-check';
import { deliveryReport } from '../../../bin/commands/order';
import { stockReport } from '../../../bin/commands/stock';
import { asJson, asText } from '../../../bin/commands/tail';
import { createConsole } from '../../../bin/output/console';
import { describe as describeError } from '../../../bin/output/failure';
import { timeline } from '../../../bin/output/timeline';
import { findings } from '../../../bin/output/verdicts';
import { visible, visibleLines } from '../../../bin/output/visible';
import type { FunctionModel } from '../../../local/model';

/** What a terminal would act on; a line feed is added by whoever prints the line. */
const ACTS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
/** Clears the screen, sets the title, C1's own CSI, forges a line, turns the text round. */
const POISON = 'a\x1b[2J\x1b]0;x\x07\x9b31m\r\nReady.\u202eevil\u2028\ud800\x7f\x00';

const anything = fc.string({
  unit: fc.oneof(fc.constantFrom(...POISON), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
});

test('nothing of any text is left that a terminal would act on', () => {
  fc.assert(fc.property(anything, (text) => !ACTS.test(visible(text).replaceAll('\t', ''))));
  fc.assert(fc.property(anything, (text) => !ACTS.test(visibleLines(text).replaceAll(/[\t\n]/g, ''))));
});

test('what people read stays as it is, whatever the script', () => {
  for (const text of ['burger', 'Crème brûlée – 5 €', '寿司', 'شاورما', '👩‍👩‍👧 🇩🇪', 'a\tb', 'C:\\new', '{"a":"\\n"}'])
    expect(visible(text)).toBe(text);
});

test('each such character shows which it was', () => {
  expect(visible(`\x1b[2J\n\r\x07\x9b\u202e\u2028\ud800 ${String.fromCodePoint(0xe0041)}`)).toBe(
    '\\x1b[2J\\n\\r\\x07\\x9b\\u202e\\u2028\\ud800 \\u{e0041}',
  );
  expect(visible(visible(POISON))).toBe(visible(POISON));
  expect(visibleLines('a\n\x1bb')).toBe('a\n\\x1bb');
});

const bytes = Buffer.from(POISON.replace('\ud800', ''));
const record = { partition: 0, offset: 1, timestamp: 0, timestampType: 'CREATE_TIME' as const };
const poisoned = { ...record, key: bytes, value: bytes, headers: [[bytes.toString(), bytes] as const] };

test.each<[string, number, () => string]>([
  ['a record in tail', 3, () => asText(POISON.slice(0, 1), poisoned)],
  [
    'an order that was delivered',
    1,
    () =>
      deliveryReport({
        order: { order_id: 'x', user: POISON, item: POISON, quantity: 1 },
        topic: 't',
        partition: 0,
        offset: 0,
      }),
  ],
  ['a change of stock', 1, () => stockReport(POISON, 1, { receipt_id: POISON, topic: 't', partition: 0, offset: 0 })],
  ['an error that quotes data', 1, () => describeError(new Error(POISON.replaceAll('\n', '')))],
  ['an error that is none', 1, () => describeError(POISON)],
  [
    'a timeline',
    2,
    () =>
      timeline({
        order_id: POISON,
        status: 'placed',
        order: { order_id: 'x', user: POISON, item: POISON, quantity: 1 },
        timeline: [{ event_id: 'e', type: POISON, time: POISON, data: { [POISON]: POISON } }],
      }),
  ],
  [
    'what audit found',
    2,
    () =>
      findings(
        [
          {
            topic: 't',
            partition: 0,
            from: 0,
            end: 1,
            archivedTo: 1,
            status: 'inconsistent',
            missing: [],
            pending: [],
            gaps: [],
            faults: [POISON],
            objects: 0,
            bytes: 0,
          },
        ] as never,
        { waitedMs: 0, windowMs: 0 },
      ).lines.join('\n'),
  ],
])('%s has %d lines, and none acts', (_, lines, text) => {
  const shown = text().split('\n');
  expect(shown).toHaveLength(lines);
  for (const line of shown) expect(line).not.toMatch(ACTS);
});

describe('what a running system tells', () => {
  const fn = { name: 'tracker' } as FunctionModel;
  const told = (options: { json: boolean; rawLogs: boolean }) => {
    const written: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    try {
      const console = createConsole(options);
      console.functionLine(fn, JSON.stringify({ level: 'ERROR', message: 'Not an order', reason: POISON }), 'stdout');
      console.functionLine(fn, `plain ${POISON}`, 'stderr');
      console.part('gateway', `GET /${POISON}`);
      console.step(POISON);
    } finally {
      write.mockRestore();
    }
    return written;
  };

  test('is a line each on a terminal, whatever is in it', () => {
    const lines = told({ json: false, rawLogs: false });
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line.replace(/\n$/, '')).not.toMatch(ACTS);
  });

  test('is exact as JSON', () => {
    const [first, second] = told({ json: true, rawLogs: false }).map((line) => JSON.parse(line));
    expect(JSON.parse(first.line).reason).toBe(POISON);
    expect(second.line).toBe(`plain ${POISON}`);
    expect(JSON.parse(asJson('t', poisoned)).value).toBe(bytes.toString());
  });

  test('is what a function wrote, byte for byte, with --raw-logs', () => {
    expect(told({ json: false, rawLogs: true })[1]).toContain(`plain ${POISON}`);
  });
});
