import { findings, verdictTable } from '../../../bin/output/verdicts';
import type { Verdict } from '../../../lambdas/audit/verify';

const aVerdict = (over: Partial<Verdict> = {}): Verdict => ({
  topic: 'orders',
  partition: 3,
  from: 0,
  end: 1_200,
  archivedTo: 1_200,
  status: 'complete',
  missing: [],
  pending: [],
  gaps: [],
  objects: 4,
  bytes: 5_120,
  repeated: 0,
  faults: [],
  ...over,
});
const pending = aVerdict({ status: 'pending', pending: [{ first: 1_190, last: 1_199 }] });
const cellsOf = (verdict: Verdict) =>
  verdictTable([verdict])
    .split('\n')[1]
    ?.trim()
    .split(/\s{2,}/);

describe('verdictTable', () => {
  it('shows the first and the last offset, up to where it is archived, and how many offsets are what', () => {
    const verdict = aVerdict({
      archivedTo: 1_190,
      missing: [
        { first: 5, last: 5 },
        { first: 8, last: 17 },
      ],
      pending: [{ first: 1_190, last: 1_199 }],
      gaps: [{ first: 2, last: 3 }],
    });
    expect(cellsOf(verdict)).toEqual(['orders-3', '0', '1,199', '1,189', '11', '10', '2', '4', '5,120']);
  });

  it('shows a partition without records as one', () => {
    const verdict = aVerdict({ end: 0, archivedTo: 0, objects: 0, bytes: 0 });
    expect(cellsOf(verdict)).toEqual(['orders-3', '–', '–', '–', '–', '–', '–', '0', '0']);
  });
});

describe('findings', () => {
  const now = { waitedMs: 0, windowMs: 60_000 };

  it('says of a whole archive that it is', () => {
    expect(findings([aVerdict()], now)).toEqual({ ok: true, lines: ['No offset is missing from the archive.'] });
  });

  it('names what is missing, and what speaks against the archive', () => {
    const missing = [
      { first: 5, last: 5, why: 'too large for an invocation: zstd, 40.0 MB unpacked' },
      { first: 8, last: 17 },
    ];
    const { ok, lines } = findings([aVerdict({ missing, faults: ['orders/3/x is no object of the archive'] })], now);
    expect(ok).toBe(false);
    expect(lines.slice(0, 3)).toEqual([
      'orders-3: offset 5 is missing (too large for an invocation: zstd, 40.0 MB unpacked)',
      'orders-3: offsets 8 to 17 are missing',
      'orders/3/x is no object of the archive',
    ]);
  });

  it('does not call missing what is on its way, and says how long that may take', () => {
    const { ok, lines } = findings([pending], now);
    expect(ok).toBe(true);
    expect(lines[0]).toBe('10 offsets are on the way: audit gathers a batch for up to 60 s (--wait 90 waits for it)');
  });

  it('calls a fault what has not come although it was waited for', () => {
    const { ok, lines } = findings([pending], { ...now, waitedMs: 90_000 });
    expect(ok).toBe(false);
    expect(lines[0]).toBe('10 offsets are not archived after 90 s: does audit run?');
  });

  it('says how many more faults there are than it shows', () => {
    const missing = Array.from({ length: 25 }, (_, index) => ({ first: index * 2, last: index * 2 }));
    expect(findings([aVerdict({ missing })], now).lines[20]).toBe('and 5 more: --json has them all');
  });
});
