import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { abortIn, deadlineIn, monotonicMs, timerMs } from '../../shared/time';
import { setClock } from '../stepped-clock';

afterEach(() => setClock(0));

test.each([
  [228.5, 229],
  [-228.5, 0],
  [Number.NaN, 0],
  [Number.POSITIVE_INFINITY, 2 ** 31 - 1],
  [2 ** 31, 2 ** 31 - 1],
  [-0, 0],
])('a duration of %d ms is %d ms to a timer', (ms, whole) => {
  expect(Object.is(timerMs(ms), whole)).toBe(true);
});

test('any duration is one that Node’s timers take, and none rings early', () => {
  void fc.assert(
    fc.property(fc.double(), (ms) => {
      expect(() => abortIn(ms)).not.toThrow();
      if (ms <= 2 ** 31 - 1) expect(timerMs(ms)).toBeGreaterThanOrEqual(ms);
    }),
  );
});

test.each([-3 * 3_600_000, 30 * 60_000])('a wall clock that is set by %d ms moves no deadline', (step) => {
  const deadline = deadlineIn(60_000);
  const before = monotonicMs();
  setClock(step);
  expect(deadline.hasPassed()).toBe(false);
  expect(deadline.remainingMs()).toBeLessThanOrEqual(60_000);
  expect(monotonicMs()).toBeGreaterThanOrEqual(before);
});

/** Wall time where it belongs: what people read, what records carry, what lies in files and tables. */
const WALL_TIME = [
  'bench/ingest.ts',
  'bench/keyed/keyed.ts',
  'bench/pipeline/pipeline.ts',
  'lambdas/analytics/dynamo-analytics-store.ts',
  'lambdas/ingest/handler.ts',
  'lambdas/kafka/consumer-handler.ts',
  'lambdas/kafka/iam-token.ts',
  // Beside the other clock, for a connection that was frozen.
  'lambdas/kafka/kafkajs-producer.ts',
  'lambdas/kafka/letters.ts',
  'lambdas/kafka/suspects.ts',
  'lambdas/query/handler.ts',
  'lambdas/reporting/handler.ts',
  'lambdas/statements/handler.ts',
  'local/engines/class-archive.ts',
  // Rows say by wall time when they expire, objects when they were written.
  'local/engines/dynamodb/time-to-live.ts',
  'local/engines/dynamodb/transactions.ts',
  'local/engines/jar-cache.ts',
  'local/engines/s3/multipart.ts',
  'local/engines/s3/object-operations.ts',
  'local/engines/s3/store.ts',
  'local/gateway/request.ts',
  'local/mapping/discard.ts',
  // What a record’s age is at its arrival.
  'local/mapping/mapping.ts',
  'local/runtime/bootstrap.cjs',
  'local/runtime/environment.ts',
];

const root = join(__dirname, '../..');
const sources = ['bench', 'bin', 'lambdas', 'lib', 'local', 'scripts', 'shared'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs|cjs)$/.test(name))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') })),
);

test('who asks for wall time is known, and waits by none of it', () => {
  const asking = sources.filter(({ text }) => /Date\.now|new Date\(\)/.test(text)).map(({ name }) => name);
  expect(asking.filter((name) => !WALL_TIME.includes(name))).toEqual([]);
});

test('every timer gets a constant, or a duration that was made valid', () => {
  const constant = String.raw`[A-Z][A-Z0-9_]*(?: \* 1_?000)?|\d[\d_]*`;
  const valid = new RegExp(
    String.raw`(?:^|[(,]\s*)(?:${constant}|(?:timerMs|Math\.min)\(.*|throttledMs > 0 \? timerMs\(.*),?\s*\)*$`,
  );
  const faults = sources
    .filter(({ name }) => !name.startsWith('bench/') && name !== 'shared/time.ts')
    .flatMap(({ name, text }) =>
      callsOf(text, /\b(?:setTimeout|setInterval|AbortSignal\.timeout|sleep)\(/g)
        .map((call) => call.trim())
        .filter((call) => !valid.test(call))
        .map((call) => `${name}: ${call}`),
    );
  expect(faults).toEqual([]);
});

/** The arguments of each call, without the parentheses around them. */
function callsOf(text: string, name: RegExp): string[] {
  return [...text.matchAll(name)].map(({ index, 0: { length } }) => {
    let depth = 1;
    let end = index + length;
    for (; depth > 0 && end < text.length; end++) {
      if (text[end] === '(') depth += 1;
      if (text[end] === ')') depth -= 1;
    }
    return text.slice(index + length, end - 1);
  });
}
